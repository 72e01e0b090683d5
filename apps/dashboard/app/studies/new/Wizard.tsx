'use client';

import { Alert, Button, Group, Stack, Stepper, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useState } from 'react';
import { api } from '../../../src/api';
import { unreadOf } from '../../../src/more';
import { depthsOf, studyOf, usualChoices, type Choices } from '../../../src/wizard';
import { BackboneStep } from './BackboneStep';
import { DatasetStep } from './DatasetStep';
import { ReviewStep } from './ReviewStep';
import { SearchStep } from './SearchStep';

/** Between two looks at a dataset that is being read. */
const REFRESH_MILLISECONDS = 1000;
const LAST = 3;

/** Leads from a dataset to a study; every step has defaults that one may leave as they are. */
export function Wizard() {
  const [datasetId, setDatasetId] = useState<string | null>(useSearchParams().get('dataset'));
  const [step, setStep] = useState(0);
  const [choices, setChoices] = useState<Choices>(usualChoices);
  const router = useRouter();
  const dataset = useQuery({
    queryKey: ['dataset', datasetId],
    queryFn: () => api.datasets.get.query({ id: datasetId as string }),
    enabled: datasetId !== null,
    refetchInterval: ({ state }) => (state.data?.state === 'inspecting' ? REFRESH_MILLISECONDS : false),
  });
  const create = useMutation({
    mutationFn: () => api.studies.create.mutate(studyOf(datasetId as string, named)),
    onSuccess: ({ id }) => router.push(`/studies/${id}`),
  });
  const change = useCallback(
    (some: Partial<Choices>): void => setChoices((before) => ({ ...before, ...some })),
    [],
  );
  /** Backbones and augmentation are for one kind of data, and what was chosen for another dataset may not suit this one. */
  const choose = (id: string | null): void => {
    setDatasetId(id);
    setChoices((before) => ({ ...before, backbones: [], more: { ...before.more, augmentation: [] } }));
  };
  const named = { ...choices, name: choices.name || (dataset.data?.name ?? '') };
  const ready = dataset.data?.state === 'ready';
  const isRead = depthsOf(choices.depths) !== null && unreadOf(choices.more).length === 0;
  const valid = [ready, true, isRead, named.name.trim() !== ''][step] === true;
  return (
    <Stack>
      <Title order={1}>New study</Title>
      <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false} size="sm" wrap={false}>
        <Stepper.Step label="Data">
          <DatasetStep chosen={datasetId} dataset={dataset.data} error={dataset.error} onChosen={choose} />
        </Stepper.Step>
        <Stepper.Step label="Backbones">
          {dataset.data !== undefined && (
            <BackboneStep
              modality={dataset.data.modality}
              projectId={dataset.data.projectId}
              choices={choices}
              onChange={change}
            />
          )}
        </Stepper.Step>
        <Stepper.Step label="Search">
          <SearchStep modality={dataset.data?.modality ?? null} choices={choices} onChange={change} />
        </Stepper.Step>
        <Stepper.Step label="Start">
          <ReviewStep choices={named} dataset={dataset.data} onChange={change} />
        </Stepper.Step>
      </Stepper>
      {create.error !== null && (
        <Alert color="red" title="It cannot begin" role="alert">
          {create.error.message}
        </Alert>
      )}
      <Group>
        {step > 0 && (
          <Button variant="default" onClick={() => setStep(step - 1)}>
            Back
          </Button>
        )}
        {step < LAST ? (
          <Button disabled={!valid} onClick={() => setStep(step + 1)}>
            Next
          </Button>
        ) : (
          <Button disabled={!valid} loading={create.isPending} onClick={() => create.mutate()}>
            Start the study
          </Button>
        )}
      </Group>
    </Stack>
  );
}
