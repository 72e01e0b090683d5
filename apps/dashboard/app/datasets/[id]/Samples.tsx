'use client';

import { Button, Group, Select, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { useTRPC, type DatasetSummary, type Member } from '../../../src/server/api';
import { Gallery } from '../../../src/components/data/Gallery';
import { Failed } from '../../../src/components/Message';
import { Section } from '../../../src/components/Section';
import { count } from '../../../src/format';
import { paged, usePages } from '../../../src/server/usePages';

const PAGE = 24;
const splits = ['train', 'validation', 'test'] as const;

interface SamplesProps {
  readonly id: string;
  readonly summary: DatasetSummary;
}

export function Samples({ id, summary }: SamplesProps) {
  const [label, setLabel] = useState<string | null>(null);
  const [split, setSplit] = useState<Member['split'] | null>(null);
  const filter = { ...(label !== null && { label: Number(label) }), ...(split !== null && { split }) };
  const { data, items, error, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages(
    useTRPC().datasets.samples.infiniteQueryOptions(
      { id, limit: PAGE, ...filter },
      // Another inspection may find other examples, so that none are kept for the next visit.
      { ...paged, gcTime: 0 },
    ),
  );
  return (
    <Section
      title="Examples"
      control={
        <Group>
          <Select
            size="xs"
            aria-label="Class"
            placeholder="Any class"
            data={summary.classes.map((name, i) => ({ value: String(i), label: name }))}
            value={label}
            onChange={setLabel}
            clearable
            searchable
          />
          <Select
            size="xs"
            aria-label="Split"
            placeholder="Any split"
            data={[...splits]}
            value={split}
            onChange={(value) => setSplit(value as Member['split'] | null)}
            clearable
          />
        </Group>
      }
    >
      {error !== null && <Failed error={error} />}
      {data === undefined && error === null && <Skeleton height={200} role="status" aria-label="Loading" />}
      {data !== undefined && (
        <Text size="sm" c="dimmed" role="status">
          {count(data.pages[0]?.total ?? 0)} examples
        </Text>
      )}
      <Gallery
        owner={{ kind: 'datasets', id }}
        modality={summary.modality}
        examples={(items ?? []).map((item) => ({
          id: item.id,
          note: `${summary.classes[item.label]}, ${item.split}`,
        }))}
      />
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More examples
        </Button>
      )}
    </Section>
  );
}
