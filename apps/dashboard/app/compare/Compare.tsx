'use client';

import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { compareOption } from '../../src/charts/compare';
import { Chart } from '../../src/components/Chart';
import { Empty, Failed } from '../../src/components/Message';
import { isMissing } from '../../src/missing';
import { Section } from '../../src/components/Section';
import { AddCompared } from './AddCompared';
import { ComparedScores, ComparedSettings } from './ComparedTables';
import { formatChosen, parseChosen, useCompared, type Chosen } from './useCompared';

const MOST = 4;

/** Studies or trials side by side; the address says which, so that it can be passed on. */
export function Compare({ asked }: { readonly asked: readonly string[] }) {
  const router = useRouter();
  const chosen = useMemo(() => [...new Set(asked)].slice(0, MOST).map(parseChosen), [asked]);
  const results = useCompared(chosen);
  const go = (next: readonly Chosen[]): void => {
    const query = next.map((one) => `of=${encodeURIComponent(formatChosen(one))}`).join('&');
    router.replace(query === '' ? '/compare' : `/compare?${query}`);
  };
  const loaded = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return (
    <Stack gap="xl">
      <Title order={1}>Compare</Title>
      {chosen.length < MOST ? (
        <AddCompared onAdd={(one) => go([...chosen, one])} />
      ) : (
        <Text size="sm">Four are compared at most; remove one to add another.</Text>
      )}
      {chosen.length === 0 && (
        <Empty title="Nothing to compare yet">Choose up to four studies, or trials of them.</Empty>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {results.map(({ data, error }, i) => (
          <Group key={formatChosen(chosen[i] as Chosen)} component="li">
            {error === null ? <Text>{data?.name ?? '…'}</Text> : <NotCompared error={error} />}
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Remove ${data?.name ?? 'it'}`}
              onClick={() => go(chosen.filter((_, at) => at !== i))}
            >
              Remove
            </Button>
          </Group>
        ))}
      </Stack>
      {chosen.length > 0 && loaded.length === 0 && results.some(({ isPending }) => isPending) && (
        <Skeleton height={300} role="status" aria-label="Loading" />
      )}
      {loaded.length > 0 && (
        <>
          <ComparedScores compared={loaded} />
          <Curves compared={loaded} />
          <ComparedSettings compared={loaded} />
        </>
      )}
    </Stack>
  );
}

function Curves({ compared }: Parameters<typeof ComparedScores>[0]) {
  const trained = useMemo(
    () =>
      compared.flatMap(({ name, trial, study: { objective } }) =>
        trial === null ? [] : [{ name, objective, epochs: trial.epochs }],
      ),
    [compared],
  );
  const option = useMemo(() => compareOption(trained), [trained]);
  return (
    <Section title="Learning curves">
      {trained.length === 0 ? (
        <Text size="sm">None of these is a trial, so there are no epochs to show.</Text>
      ) : (
        <Chart
          label={`Validation accuracy by epoch of ${trained.map(({ name }) => name).join('; ')}`}
          option={option}
        />
      )}
    </Section>
  );
}

/** Why one of them is not there, in a line between the others. */
function NotCompared({ error }: { readonly error: Error }) {
  return isMissing(error) ? (
    <Text role="alert">There is no such study or trial.</Text>
  ) : (
    <Failed error={error} />
  );
}
