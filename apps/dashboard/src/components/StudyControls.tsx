'use client';

import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { api, type Study } from '../api';
import { useMay } from '../useSession';
import { Confirm } from './Confirm';
import { Problem } from './Message';
import { MoreTrials } from './MoreTrials';
import { NumberField } from './NumberField';

interface ControlsProps {
  readonly study: Study;
  readonly refresh: () => Promise<unknown>;
}

/** The actions of a member on a study: on a running one, and on one that has ended. */
export function StudyControls({ study }: { readonly study: Study }) {
  const client = useQueryClient();
  const may = useMay('member');
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['study', study.id] });
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
  const pause = useMutation({ mutationFn: () => api.studies.pause.mutate({ id }), onSuccess: refresh });
  const resume = useMutation({ mutationFn: () => api.studies.resume.mutate({ id }), onSuccess: refresh });
  const prioritise = useMutation({
    mutationFn: (wanted: number) => api.studies.prioritise.mutate({ id, priority: wanted }),
    onSuccess: refresh,
  });
  const failure = pause.error ?? resume.error ?? prioritise.error;
  return (
    <Stack gap="xs">
      <Group align="end">
        {state === 'paused' ? (
          <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate()}>
            Continue
          </Button>
        ) : (
          <Button size="xs" variant="default" loading={pause.isPending} onClick={() => pause.mutate()}>
            Pause
          </Button>
        )}
        <Confirm
          label="Cancel"
          doing="Cancel the study"
          about={name}
          question="The study ends now. Its trials stay, and Espalier writes no model."
          action={() => api.studies.cancel.mutate({ id }).then(refresh)}
        />
        <NumberField
          label="Priority"
          size="xs"
          w={90}
          min={-100}
          max={100}
          allowDecimal={false}
          value={priority}
          onLeave={(value) => value !== null && prioritise.mutate(value)}
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
  return (
    <Confirm
      label="Delete"
      doing="Delete the study"
      about={name}
      question="Espalier deletes its trials, its report and its models for good. The dataset stays."
      action={async () => {
        await api.studies.remove.mutate({ id });
        router.push('/studies');
      }}
    />
  );
}
