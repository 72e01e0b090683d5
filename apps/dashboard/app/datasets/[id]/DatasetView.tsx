'use client';

import { Alert, Anchor, Button, Group, List, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { useTRPC, type Dataset, type DatasetSummary } from '../../../src/server/api';
import { balanceOption } from '../../../src/charts/datasets';
import { classLine } from '../../../src/classes';
import { Chart } from '../../../src/components/Chart';
import { Confirm } from '../../../src/components/forms/Confirm';
import { Facts } from '../../../src/components/Facts';
import { Empty, Problem, Stale } from '../../../src/components/Message';
import { NotLoaded } from '../../../src/components/NotLoaded';
import { Rename } from '../../../src/components/forms/Rename';
import { Section } from '../../../src/components/Section';
import { State } from '../../../src/components/State';
import { count } from '../../../src/format';
import { useMay } from '../../../src/server/useSession';
import { EmbeddingMap } from './EmbeddingMap';
import { Leaks } from './Leaks';
import { Samples } from './Samples';

const REFRESH_MILLISECONDS = 1000;

export function DatasetView({ id }: { readonly id: string }) {
  const { data, error } = useQuery(
    useTRPC().datasets.get.queryOptions(
      { id },
      {
        refetchInterval: ({ state }) => (state.data?.state === 'inspecting' ? REFRESH_MILLISECONDS : false),
      },
    ),
  );
  if (data === undefined && error !== null) return <NotLoaded error={error} thing="dataset" />;
  if (data === undefined) return <Skeleton height={400} role="status" aria-label="Loading" />;
  return (
    <Stack gap="xl">
      {error !== null && <Stale />}
      <Heading dataset={data} />
      {data.state === 'inspecting' && <Progressing dataset={data} />}
      {data.state === 'failed' && (
        <Alert color="red" title="The inspection failed" role="alert">
          {data.reason}
        </Alert>
      )}
      {data.state === 'registered' && (
        <Empty title="Not inspected yet">Inspect the dataset to see its examples and possible faults.</Empty>
      )}
      {data.state === 'ready' && data.summary !== null && <Findings id={id} summary={data.summary} />}
    </Stack>
  );
}

function Heading({ dataset }: { readonly dataset: Dataset }) {
  const { id, name, state, path, studies, summary } = dataset;
  const { datasets } = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const refresh = (): Promise<void> => queryClient.invalidateQueries(datasets.get.queryFilter({ id }));
  const inspect = useMutation(datasets.inspect.mutationOptions({ onSuccess: refresh }));
  const rename = useMutation(datasets.rename.mutationOptions({ onSuccess: refresh }));
  const remove = useMutation(datasets.remove.mutationOptions({ onSuccess: () => router.push('/datasets') }));
  const may = useMay('member');
  return (
    <Stack gap="xs">
      <Anchor component={Link} href="/datasets" size="sm">
        All datasets
      </Anchor>
      <Group justify="space-between">
        <Group>
          <Title order={1}>{name}</Title>
          <State state={state} />
        </Group>
        {may && (
          <Group>
            {state === 'ready' && (
              <Button component={Link} href={`/studies/new?dataset=${id}`}>
                New study
              </Button>
            )}
            <Button
              variant="default"
              onClick={() => inspect.mutate({ id })}
              loading={inspect.isPending}
              disabled={state === 'inspecting'}
            >
              {summary === null ? 'Inspect' : 'Inspect again'}
            </Button>
            <Rename name={name} action={(wanted) => rename.mutateAsync({ id, name: wanted })} />
            {studies === 0 && (
              <Confirm
                label="Remove"
                about={name}
                question={
                  path === null ? 'Espalier deletes the uploaded files.' : 'The files stay where they are.'
                }
                action={() => remove.mutateAsync({ id })}
              />
            )}
          </Group>
        )}
      </Group>
      {inspect.error !== null && <Problem error={inspect.error} title="The inspection did not start" />}
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {path ?? 'Uploaded'}
      </Text>
    </Stack>
  );
}

const phases = {
  reading: 'Reading every example',
  embedding: 'Computing features',
  mapping: 'Drawing the map',
} as const;

function Progressing({ dataset: { progress } }: { readonly dataset: Dataset }) {
  if (progress === null) return <Text role="status">Queued …</Text>;
  const { phase, done, total } = progress;
  return (
    <Stack gap={4}>
      <Progress value={(100 * done) / Math.max(1, total)} aria-label={phases[phase]} />
      <Text size="sm" role="status">
        {phases[phase]}: {done} of {total}
      </Text>
    </Stack>
  );
}

function Findings({ id, summary }: { readonly id: string; readonly summary: DatasetSummary }) {
  const { classes, examples, splits, corrupt, leaks, imbalance } = summary;
  const balance = useMemo(() => balanceOption(summary), [summary]);
  const total = (counts: readonly number[]): string => count(counts.reduce((a, b) => a + b, 0));
  return (
    <>
      <Facts
        facts={[
          ['Examples', count(examples)],
          ['Classes', count(classes.length)],
          ['Train', total(splits.train)],
          ['Validation', total(splits.validation)],
          ['Test', total(splits.test)],
          ['Unreadable', count(corrupt.count)],
          ['Near duplicates', count(leaks.count)],
        ]}
      />
      <Text style={{ overflowWrap: 'anywhere' }}>{classLine(summary)}</Text>
      <Warnings summary={summary} />
      <Section title="Class balance">
        {imbalance !== null && <Text size="sm">{imbalance}</Text>}
        <Chart
          label={`Examples of each of ${classes.length} classes by split`}
          option={balance}
          height={Math.min(1200, 90 + 26 * classes.length)}
        />
      </Section>
      <EmbeddingMap id={id} summary={summary} />
      <Leaks id={id} summary={summary} />
      <Samples key={summary.hash} id={id} summary={summary} />
    </>
  );
}

function Warnings({ summary: { corrupt, notes } }: { readonly summary: DatasetSummary }) {
  if (corrupt.count === 0 && notes.length === 0) return null;
  return (
    <Section title="Notes">
      <List size="sm">
        {notes.map((note) => (
          <List.Item key={note}>{note}</List.Item>
        ))}
        {corrupt.first.map(({ id, reason }) => (
          <List.Item key={id}>
            {id} was left out: {reason}
          </List.Item>
        ))}
        {corrupt.count > corrupt.first.length && (
          <List.Item>and {count(corrupt.count - corrupt.first.length)} more</List.Item>
        )}
      </List>
    </Section>
  );
}
