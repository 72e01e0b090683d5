'use client';

import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type AddedBackbone } from '../api';

/** Buttons of an added backbone: inspect it again if the inspection failed, or remove it. */
export function AddedControls({
  backbone: { id, name, state, studies },
}: {
  readonly backbone: AddedBackbone;
}) {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: ['backbones'] });
  const look = useMutation({ mutationFn: () => api.backbones.look.mutate({ id }), onSettled });
  const remove = useMutation({ mutationFn: () => api.backbones.remove.mutate({ id }), onSettled });
  const error = look.error ?? remove.error;
  return (
    <Group gap="xs">
      {state === 'failed' && (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={`Inspect again: ${name}`}
          loading={look.isPending}
          onClick={() => look.mutate()}
        >
          Inspect again
        </Button>
      )}
      {studies === 0 && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`Remove ${name}`}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          Remove
        </Button>
      )}
      {error !== null && (
        <Text size="sm" role="alert">
          {error.message}
        </Text>
      )}
    </Group>
  );
}
