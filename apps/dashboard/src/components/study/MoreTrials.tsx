import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../server/api';
import { Problem } from '../Message';
import { NumberField } from '../forms/NumberField';

interface MoreTrialsProps {
  readonly id: string;
  readonly onBegun: () => Promise<unknown>;
}

const USUAL = 8;

/** Extends a finished study by more trials. */
export function MoreTrials({ id, onBegun }: MoreTrialsProps) {
  const [opened, { open, close }] = useDisclosure();
  const [trials, setTrials] = useState(USUAL);
  const [minutes, setMinutes] = useState<number | null>(null);
  const { mutate, error, isPending } = useMutation(
    useTRPC().studies.extend.mutationOptions({
      onSuccess: async () => {
        close();
        await onBegun();
      },
    }),
  );
  const extend = (): void => mutate({ id, trials, ...(minutes !== null && { seconds: 60 * minutes }) });
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        More trials
      </Button>
      <Modal opened={opened} onClose={close} title="More trials" centered>
        <Stack>
          <Text>
            The search continues from its trials so far. Its model stays, and the study adds a new one at the
            end.
          </Text>
          <Group grow align="start">
            <NumberField
              label="Trials"
              min={1}
              max={1000}
              allowDecimal={false}
              value={trials}
              onLeave={(value) => setTrials(value ?? USUAL)}
              data-autofocus
            />
            <NumberField
              label="Minutes"
              placeholder="no limit"
              min={1}
              optional
              value={minutes}
              onLeave={setMinutes}
            />
          </Group>
          {error !== null && <Problem error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Go back
            </Button>
            <Button loading={isPending} onClick={extend}>
              Continue
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
