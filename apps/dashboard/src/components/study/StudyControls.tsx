'use client';

import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTRPC, type Study } from '../../server/api';
import { useMay } from '../../server/useSession';
import { Confirm } from '../forms/Confirm';
import { Problem } from '../Message';
import { MoreTrials } from './MoreTrials';
import { NumberField } from '../forms/NumberField';

interface ControlsProps {
  readonly study: Study;
  readonly refresh: () => Promise<unknown>;
}

/** The actions of a member on a study: on a running one, and on one that has ended. */
export function StudyControls({ study }: { readonly study: Study }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const may = useMay('member');
  const refresh = (): Promise<void> =>
    queryClient.invalidateQueries(trpc.studies.get.queryFilter({ id: study.id }));
  if (!may) return null;
  if (study.endedAt !== null || ['finished', 'failed', 'cancelled'].includes(study.state)) {
    return <EndedControls study={study} refresh={refresh} />;
  }
  if (study.onWorkers) return <OpenControls study={study} refresh={refresh} />;
  // A command ran this study, and its folder no longer exists.
  return study.removable ? <DeleteStudy study={study} /> : null;
}

/** Pauses, continues and cancels a study that workers run. */
function OpenControls({ study: { id, state, name, priority }, refresh }: ControlsProps) {
  const { studies } = useTRPC();
  const pause = useMutation(studies.pause.mutationOptions({ onSuccess: refresh }));
  const resume = useMutation(studies.resume.mutationOptions({ onSuccess: refresh }));
  const cancel = useMutation(studies.cancel.mutationOptions({ onSuccess: refresh }));
  const prioritise = useMutation(studies.prioritise.mutationOptions({ onSuccess: refresh }));
  const failure = pause.error ?? resume.error ?? prioritise.error;
  return (
    <Stack gap="xs">
      <Group align="end">
        {state === 'paused' ? (
          <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate({ id })}>
            Continue
          </Button>
        ) : (
          <Button size="xs" variant="default" loading={pause.isPending} onClick={() => pause.mutate({ id })}>
            Pause
          </Button>
        )}
        <Confirm
          label="Cancel"
          doing="Cancel the study"
          about={name}
          question="The study ends now. Its trials stay, and Espalier writes no model."
          action={() => cancel.mutateAsync({ id })}
        />
        <NumberField
          label="Priority"
          size="xs"
          w={90}
          min={-100}
          max={100}
          allowDecimal={false}
          value={priority}
          onLeave={(value) => value !== null && prioritise.mutate({ id, priority: value })}
        />
      </Group>
      {failure !== null && <Problem error={failure} />}
    </Stack>
  );
}

/** Extends, clones or deletes a study that has ended. */
function EndedControls({ study, refresh }: ControlsProps) {
  const { id, state, onWorkers, dataset, asked } = study;
  return (
    <Group>
      {onWorkers && state === 'finished' && <MoreTrials id={id} onBegun={refresh} />}
      {dataset !== null && asked !== null && (
        <Button component={Link} href={`/studies/new?like=${id}`} size="xs" variant="default">
          Clone with changes
        </Button>
      )}
      {study.removable && <DeleteStudy study={study} />}
    </Group>
  );
}

function DeleteStudy({ study: { id, name } }: Pick<ControlsProps, 'study'>) {
  const router = useRouter();
  const remove = useMutation(
    useTRPC().studies.remove.mutationOptions({ onSuccess: () => router.push('/studies') }),
  );
  return (
    <Confirm
      label="Delete"
      doing="Delete the study"
      about={name}
      question="Espalier deletes its trials, its report and its models for good. The dataset stays."
      action={() => remove.mutateAsync({ id })}
    />
  );
}
