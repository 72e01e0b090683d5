'use client';

import { Code, Table, Text } from '@mantine/core';
import { useTRPC } from '../../src/server/api';
import { Listing } from '../../src/components/Listing';
import { Empty } from '../../src/components/Message';
import { moment } from '../../src/format';
import { paged, usePages } from '../../src/server/usePages';

const named = (name: string | null, id: string): string => name ?? `${id} (removed)`;

function actorOf(entry: {
  readonly userId: string | null;
  readonly userName: string | null;
  readonly keyId: string | null;
  readonly keyName: string | null;
}): string {
  const person = entry.userId === null ? 'local user' : named(entry.userName, entry.userId);
  return entry.keyId === null ? person : `${person}, by the key ${named(entry.keyName, entry.keyId)}`;
}

export function Audit() {
  const entries = usePages(useTRPC().audit.list.infiniteQueryOptions({ limit: 50 }, paged));
  return (
    <Listing
      {...entries}
      columns={['Time', 'User', 'Action', 'Input', 'Address']}
      empty={<Empty title="No entries yet">Every change is recorded here.</Empty>}
      row={(entry) => (
        <Table.Tr key={entry.id}>
          <Table.Td>{moment(entry.createdAt)}</Table.Td>
          <Table.Td>{actorOf(entry)}</Table.Td>
          <Table.Td>
            <Code>{entry.action}</Code>
          </Table.Td>
          <Table.Td maw={360}>
            <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {JSON.stringify(entry.data)}
            </Text>
          </Table.Td>
          <Table.Td>{entry.address ?? '–'}</Table.Td>
        </Table.Tr>
      )}
    />
  );
}
