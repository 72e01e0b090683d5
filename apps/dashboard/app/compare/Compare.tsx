'use client';

import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { compareOption } from '../../src/charts/compare';
import { Chart } from '../../src/components/Chart';
import { Empty, Failed } from '../../src/components/Message';
import { isMissing } from '../../src/server/missing';
import { Section } from '../../src/components/Section';
import { AddCompared } from './AddCompared';
import { ComparedScores, ComparedSettings } from './ComparedTables';
import { formatChoice, parseChoice, useCompared, type Choice } from './useCompared';

const MOST = 4;

/** Shows studies or trials side by side. The address names them, so that a comparison can be shared as a link. */
export function Compare({ asked }: { readonly asked: readonly string[] }) {
  const router = useRouter();
  const chosen = useMemo(() => [...new Set(asked)].slice(0, MOST).map(parseChoice), [asked]);
  const results = useCompared(chosen);
  const go = (next: readonly Choice[]): void => {
    const query = next.map((one) => `of=${encodeURIComponent(formatChoice(one))}`).join('&');
    router.replace(query === '' ? '/compare' : `/compare?${query}`);
  };
  const loaded = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return (
    <Stack gap="xl">
      <Title order={1}>Compare</Title>
      {chosen.length < MOST ? (
        <AddCompared onAdd={(one) => go([...chosen, one])} />
      ) : (
        <Text size="sm">You can compare at most four. Remove one to add another.</Text>
      )}
      {chosen.length === 0 && (
        <Empty title="Nothing to compare yet">Choose up to four studies or trials.</Empty>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {results.map(({ data, error }, i) => (
          <Group key={formatChoice(chosen[i] as Choice)} component="li">
            {error === null ? <Text>{data?.name ?? '…'}</Text> : <NotCompared error={error} />}
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Remove ${data?.name ?? 'this entry'}`}
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
        <Text size="sm">Learning curves need a trial, and none of these is one.</Text>
      ) : (
        <Chart
          label={`Validation metrics by epoch of ${trained.map(({ name }) => name).join('; ')}`}
          option={option}
        />
      )}
    </Section>
  );
}

/** Says, in a line between the others, why one entry is missing. */
function NotCompared({ error }: { readonly error: Error }) {
  return isMissing(error) ? (
    <Text role="alert">This study or trial does not exist.</Text>
  ) : (
    <Failed error={error} />
  );
}
