'use client';

import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTRPC, type Worker } from '../../src/server/api';
import { Quotas } from './Quotas';
import { Listing } from '../../src/components/Listing';
import { Command, Empty } from '../../src/components/Message';
import { moment, size, trialTitle } from '../../src/format';
import { useMay } from '../../src/server/useSession';

const REFRESH_MILLISECONDS = 2000;

const columns = ['Worker', 'Machine', 'Tasks', 'Providers', 'Memory per trial', 'Since'];

/** Lists the workers and their tasks. */
export function Workers() {
  const admin = useMay('admin');
  const { data, error } = useQuery(
    useTRPC().workers.list.queryOptions(undefined, { refetchInterval: REFRESH_MILLISECONDS }),
  );
  return (
    <Stack>
      <Title order={1}>Workers</Title>
      <Text size="sm">
        A machine joins with <Command>DATABASE_URL=… npx espalier worker</Command>, the address being that of
        the team&apos;s PostgreSQL server.
      </Text>
      <Listing
        items={data}
        error={error}
        columns={columns}
        row={(worker) => <Row key={worker.id} worker={worker} />}
        empty={<Empty title="No workers are connected">Studies wait until a worker connects.</Empty>}
        hasNextPage={false}
        fetchNextPage={() => undefined}
      />
      {admin && <Quotas />}
    </Stack>
  );
}

function Row({ worker }: { readonly worker: Worker }) {
  const { name, host, tasks, busy, providers, memory, startedAt } = worker;
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{host}</Table.Td>
      <Table.Td>
        {busy === 0 && 'idle'}
        {busy > tasks.length && <Text size="sm">tasks of other organisations</Text>}
        {tasks.map(({ kind, studyId, studyName, role, trial }) => (
          <Text size="sm" key={`${studyId} ${kind} ${role} ${trial}`}>
            <Anchor component={Link} href={`/studies/${studyId}`}>
              {studyName}
            </Anchor>
            , {trial === null || role === null ? kind : trialTitle({ role, number: trial })}
          </Text>
        ))}
      </Table.Td>
      <Table.Td>{providers.join(', ')}</Table.Td>
      <Table.Td>{size(memory)}</Table.Td>
      <Table.Td>{moment(startedAt)}</Table.Td>
    </Table.Tr>
  );
}
