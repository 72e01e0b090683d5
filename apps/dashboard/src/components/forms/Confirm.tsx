'use client';

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { Problem } from '../Message';

interface ConfirmProps {
  readonly label: string;
  /** Text of the confirming button; by default the label. */
  readonly doing?: string;
  /** Subject of the action, for screen readers. */
  readonly about: string;
  readonly question: string;
  readonly action: () => Promise<unknown>;
}

/** A button that asks for confirmation of an action that cannot be undone. */
export function Confirm({ label, doing = label, about, question, action }: ConfirmProps) {
  const [opened, { open, close }] = useDisclosure();
  const { mutate, error, isPending, reset } = useMutation({ mutationFn: action, onSuccess: close });
  return (
    <>
      <Button
        variant="default"
        size="xs"
        aria-label={`${label} ${about}`}
        onClick={() => {
          reset();
          open();
        }}
      >
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={`${label} ${about}`} centered>
        <Stack>
          <Text>{question}</Text>
          {error !== null && <Problem error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Go back
            </Button>
            <Button color="red.9" loading={isPending} onClick={() => mutate()}>
              {doing}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
