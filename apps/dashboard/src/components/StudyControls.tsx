'use client';

import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Study } from '../api';
import { Confirm } from './Confirm';
import { NumberField } from './NumberField';

/** Pauses, continues and cancels a study that workers do. */
export function StudyControls({ study }: { readonly study: Study }) {
  const { id, state, name, priority } = study;
  const client = useQueryClient();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['study', id] });
  const pause = useMutation({ mutationFn: () => api.studies.pause.mutate({ id }), onSuccess: refresh });
  const resume = useMutation({ mutationFn: () => api.studies.resume.mutate({ id }), onSuccess: refresh });
  const prioritise = useMutation({
    mutationFn: (wanted: number) => api.studies.prioritise.mutate({ id, priority: wanted }),
    onSuccess: refresh,
  });
  if (!study.onWorkers || !['queued', 'running', 'paused'].includes(state)) return null;
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
          question="It ends here. What was found until now stays, and no model is written."
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
      {failure !== null && (
        <Alert color="red" role="alert">
          {failure.message}
        </Alert>
      )}
    </Stack>
  );
}
