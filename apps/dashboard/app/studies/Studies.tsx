'use client';

import { Button, Group, Select, Skeleton, Stack, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import Link from 'next/link';
import { useState } from 'react';
import { useTRPC } from '../../src/server/api';
import { Command, Empty, Failed, Stale } from '../../src/components/Message';
import { StudyTable } from '../../src/components/study/StudyTable';
import { paged, usePages } from '../../src/server/usePages';
import { useMay } from '../../src/server/useSession';

const states = ['queued', 'running', 'paused', 'finished', 'failed', 'cancelled'] as const;
type State = (typeof states)[number];

/** Interval between two requests for the list; a study's own page receives changes at once. */
const REFRESH_MILLISECONDS = 3000;

export function Studies() {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const [state, setState] = useState<State | null>(null);
  const may = useMay('member');
  const filter = { ...(search !== '' && { search }), ...(state !== null && { state }) };
  const { items, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages(
    useTRPC().studies.list.infiniteQueryOptions(filter, { ...paged, refetchInterval: REFRESH_MILLISECONDS }),
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>Studies</Title>
        <Group>
          <TextInput
            aria-label="Search by name"
            placeholder="Search by name"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Select
            aria-label="State"
            placeholder="Any state"
            data={[...states]}
            value={state}
            onChange={(value) => setState(value as State | null)}
            clearable
          />
          {may && (
            <Button component={Link} href="/studies/new">
              New study
            </Button>
          )}
        </Group>
      </Group>
      {error !== null && (items === undefined ? <Failed error={error} /> : <Stale />)}
      {isPending && error === null && <Skeleton height={200} role="status" aria-label="Loading" />}
      {items?.length === 0 && <NoStudies filtered={Object.keys(filter).length > 0} />}
      {items !== undefined && items.length > 0 && <StudyTable studies={items} />}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older studies
        </Button>
      )}
    </Stack>
  );
}

function NoStudies({ filtered }: { readonly filtered: boolean }) {
  if (filtered) return <Empty title="No matching studies">Change the search or the state.</Empty>;
  return (
    <Empty title="No studies yet">
      Start one here or in a terminal; it appears as it runs: <Command>npx espalier search pets</Command>
    </Empty>
  );
}
