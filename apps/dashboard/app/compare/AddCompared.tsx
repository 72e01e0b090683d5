'use client';

import { Button, Group, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../src/server/api';
import { Failed } from '../../src/components/Message';
import { loss, trialTitle } from '../../src/format';
import type { Choice } from './useCompared';

/** Number of studies offered before a name is typed. */
const OFFERED = 50;

export function AddCompared({ onAdd }: { readonly onAdd: (chosen: Choice) => void }) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const [studyId, setStudyId] = useState<string | null>(null);
  const [trialId, setTrialId] = useState<string | null>(null);
  const trpc = useTRPC();
  const studies = useQuery(
    trpc.studies.list.queryOptions(
      { limit: OFFERED, ...(search !== '' && { search: search.slice(0, 100) }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const trials = useQuery(
    trpc.trials.leaderboard.queryOptions(studyId === null ? skipToken : { studyId, limit: 100 }),
  );
  const add = (): void => {
    if (studyId === null) return;
    onAdd({ studyId, trialId });
    setStudyId(null);
    setTrialId(null);
    setTyped('');
  };
  if (studies.data === undefined && studies.error !== null) return <Failed error={studies.error} />;
  return (
    <Group align="end">
      <Select
        label="Study"
        placeholder="Choose a study"
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        // The server filters by name.
        filter={({ options }) => options}
        data={(studies.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={studyId}
        onChange={(value) => {
          setStudyId(value);
          setTrialId(null);
        }}
      />
      <Select
        label="Trial"
        placeholder="The study's answer"
        clearable
        disabled={studyId === null}
        data={(trials.data ?? []).map((trial) => ({
          value: trial.id,
          label: `${trialTitle(trial)}, loss ${loss(trial.bestLoss)}`,
        }))}
        value={trialId}
        onChange={setTrialId}
      />
      <Button onClick={add} disabled={studyId === null}>
        Add
      </Button>
    </Group>
  );
}
