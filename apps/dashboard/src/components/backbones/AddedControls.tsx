'use client';

import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC, type AddedBackbone } from '../../server/api';

/** Buttons of an added backbone: inspect it again if the inspection failed, or remove it. */
export function AddedControls({
  backbone: { id, name, state, studies },
}: {
  readonly backbone: AddedBackbone;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries(trpc.backbones.pathFilter());
  const inspect = useMutation(trpc.backbones.inspect.mutationOptions({ onSettled }));
  const remove = useMutation(trpc.backbones.remove.mutationOptions({ onSettled }));
  const error = inspect.error ?? remove.error;
  return (
    <Group gap="xs">
      {state === 'failed' && (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={`Inspect again: ${name}`}
          loading={inspect.isPending}
          onClick={() => inspect.mutate({ id })}
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
          onClick={() => remove.mutate({ id })}
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
