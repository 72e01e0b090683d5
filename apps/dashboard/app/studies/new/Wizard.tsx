'use client';

import { Alert, Button, Group, Skeleton, Stack, Stepper, Title } from '@mantine/core';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useState } from 'react';
import { useTRPC, type Offer } from '../../../src/server/api';
import { Empty, Failed } from '../../../src/components/Message';
import { NotLoaded } from '../../../src/components/NotLoaded';
import { choicesLike, type Like } from '../../../src/request/like';
import { unreadOf } from '../../../src/request/more';
import { unreadIn } from '../../../src/request/space';
import { useOffer } from '../../../src/server/useOffer';
import { useMay, useSession } from '../../../src/server/useSession';
import { studyOf, usualChoices, type Choices } from '../../../src/request/wizard';
import { BackboneStep } from './BackboneStep';
import { DatasetStep } from './DatasetStep';
import { ReviewStep } from './ReviewStep';
import { SearchStep } from './SearchStep';

/** Interval between two requests for a dataset that is being inspected. */
const REFRESH_MILLISECONDS = 1000;
const LAST = 3;

/** Leads from a dataset to a study; every step has defaults. */
export function Wizard() {
  const address = useSearchParams();
  const like = address.get('like');
  const may = useMay('member');
  const { data: study, error } = useQuery(
    useTRPC().studies.get.queryOptions(like === null ? skipToken : { id: like }),
  );
  const { data: session } = useSession();
  const offer = useOffer();
  if (session !== undefined && !may) {
    return (
      <Empty title="You cannot start studies" order={1}>
        Members start studies. Ask an admin of your organisation for the role of a member.
      </Empty>
    );
  }
  if (offer.data === undefined && offer.error !== null) {
    return <Failed error={offer.error} />;
  }
  if (offer.data === undefined) return <Skeleton height={300} role="status" aria-label="Loading" />;
  if (like === null) {
    const begin = { choices: usualChoices, lost: [] };
    return <Steps dataset={address.get('dataset')} begin={begin} offer={offer.data} />;
  }
  if (study === undefined && error !== null) return <NotLoaded error={error} thing="study" />;
  if (study === undefined) return <Skeleton height={300} role="status" aria-label="Loading" />;
  const begin =
    study.asked === null
      ? {
          choices: usualChoices,
          lost: ['This version of Espalier cannot read the settings of the earlier study.'],
        }
      : choicesLike(study.name, study.asked, offer.data);
  return <Steps dataset={study.dataset?.id ?? null} begin={begin} offer={offer.data} />;
}

interface StepsProps {
  readonly dataset: string | null;
  readonly begin: Like;
  readonly offer: Offer;
}

function Steps({ dataset: first, begin, offer }: StepsProps) {
  const [datasetId, setDatasetId] = useState<string | null>(first);
  const [step, setStep] = useState(0);
  const [choices, setChoices] = useState<Choices>(begin.choices);
  const router = useRouter();
  const trpc = useTRPC();
  const dataset = useQuery(
    trpc.datasets.get.queryOptions(datasetId === null ? skipToken : { id: datasetId }, {
      refetchInterval: ({ state }) => (state.data?.state === 'inspecting' ? REFRESH_MILLISECONDS : false),
    }),
  );
  const create = useMutation(
    trpc.studies.create.mutationOptions({ onSuccess: ({ id }) => router.push(`/studies/${id}`) }),
  );
  const change = useCallback(
    (some: Partial<Choices>): void => setChoices((before) => ({ ...before, ...some })),
    [],
  );
  /** Drops backbones and named values such as augmentations, which belong to the modality of the dataset chosen before. */
  const choose = (id: string | null): void => {
    setDatasetId(id);
    setChoices((before) => ({ ...before, backbones: [], space: withoutNames(before.space, offer) }));
  };
  const named = { ...choices, name: choices.name || (dataset.data?.name ?? '') };
  const ready = dataset.data?.state === 'ready';
  const isRead =
    unreadIn(choices.space, offer.dimensions).length + unreadOf(choices.more, offer).length === 0;
  const start = (): void => {
    if (datasetId !== null) create.mutate(studyOf(datasetId, named, offer));
  };
  const valid = [ready, true, isRead, named.name.trim() !== ''][step] === true;
  return (
    <Stack>
      <Title order={1}>New study</Title>
      {begin.lost.length > 0 && (
        <Alert color="orange" title="Some settings differ from the earlier study" role="note">
          {begin.lost.join(' ')}
        </Alert>
      )}
      <Stepper
        active={step}
        onStepClick={setStep}
        allowNextStepsSelect={false}
        size="sm"
        wrap={false}
        className="steps"
      >
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
          <SearchStep
            modality={dataset.data?.modality ?? null}
            offer={offer}
            choices={choices}
            onChange={change}
          />
        </Stepper.Step>
        <Stepper.Step label="Start">
          <ReviewStep choices={named} dataset={dataset.data} onChange={change} />
        </Stepper.Step>
      </Stepper>
      {create.error !== null && (
        <Alert color="red" title="The study did not start" role="alert">
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
          <Button disabled={!valid} loading={create.isPending} onClick={start}>
            Start the study
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** Removes ranges of names, which may belong to one modality. */
const withoutNames = (space: Choices['space'], { dimensions }: Offer): Choices['space'] =>
  Object.fromEntries(
    Object.entries(space).filter(
      ([name]) => dimensions.find((one) => one.name === name)?.domain.kind !== 'name',
    ),
  );
