'use client';

import { pluralOf } from '@espalier/data/modalities';
import { Anchor, Button, Group, Skeleton, Stack, Table, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import Link from 'next/link';
import { useState } from 'react';
import { useTRPC, type DatasetItem } from '../../src/server/api';
import { Empty, Failed, Stale } from '../../src/components/Message';
import { State } from '../../src/components/State';
import { moment } from '../../src/format';
import { paged, usePages } from '../../src/server/usePages';
import { useMay } from '../../src/server/useSession';
import { AddDataset } from './AddDataset';
import { Head, right } from '../../src/components/Head';

/** Interval between two requests for the list. */
const REFRESH_MILLISECONDS = 3000;

export function Datasets() {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const [adding, { toggle }] = useDisclosure();
  const may = useMay('member');
  const { items, error, hasNextPage, fetchNextPage } = usePages(
    useTRPC().datasets.list.infiniteQueryOptions(
      { ...(search !== '' && { search }) },
      { ...paged, refetchInterval: REFRESH_MILLISECONDS },
    ),
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>Datasets</Title>
        <Group>
          <TextInput
            aria-label="Search by name"
            placeholder="Search by name"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {may && (
            <Button onClick={toggle} aria-expanded={adding}>
              Add a dataset
            </Button>
          )}
        </Group>
      </Group>
      {adding && <AddDataset />}
      {error !== null && (items === undefined ? <Failed error={error} /> : <Stale />)}
      {items === undefined && error === null && <Skeleton height={200} role="status" aria-label="Loading" />}
      {items?.length === 0 && (
        <Empty title={search === '' ? 'No datasets yet' : 'No matching datasets'}>
          {search === '' ? 'Add a folder of class folders or a table.' : 'Change the search.'}
        </Empty>
      )}
      {items !== undefined && items.length > 0 && <DatasetTable datasets={items} />}
      {hasNextPage && (
        <Button variant="default" onClick={() => void fetchNextPage()}>
          Older datasets
        </Button>
      )}
    </Stack>
  );
}

function DatasetTable({ datasets }: { readonly datasets: readonly DatasetItem[] }) {
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table highlightOnHover>
        <Head columns={['Dataset', 'State', 'Modality', 'Source', right('Studies'), 'Added']} />
        <Table.Tbody>
          {datasets.map(({ id, name, state, modality, source, studies, createdAt }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Anchor component={Link} href={`/datasets/${id}`}>
                  {name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <State state={state} />
              </Table.Td>
              <Table.Td>{modality === null ? '–' : pluralOf(modality)}</Table.Td>
              <Table.Td>{source === 'path' ? 'path' : 'upload'}</Table.Td>
              <Table.Td ta="right">{studies}</Table.Td>
              <Table.Td>{moment(createdAt)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
