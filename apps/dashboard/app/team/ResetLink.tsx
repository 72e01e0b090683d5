'use client';

import { Button, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../src/server/api';
import { Secret } from '../../src/components/forms/Secret';
import { Problem } from '../../src/components/Message';

const linkOf = (token: string): string => `${window.location.origin}/reset#${token}`;

/** Creates a link that an admin sends to a member who forgot the password. */
export function ResetLink({ id, name }: { readonly id: string; readonly name: string }) {
  const [opened, setOpened] = useState(false);
  const { mutate, data, error, isPending } = useMutation(useTRPC().members.resetPassword.mutationOptions());
  return (
    <>
      <Button
        variant="default"
        size="xs"
        loading={isPending}
        aria-label={`New password for ${name}`}
        onClick={() => {
          mutate({ id });
          setOpened(true);
        }}
      >
        New password
      </Button>
      <Modal opened={opened && !isPending} onClose={() => setOpened(false)} title="New password" centered>
        <Stack>
          {data !== undefined && (
            <>
              <Secret label={`Link for ${name}`} value={linkOf(data.token)} />
              <Text size="sm" c="dimmed">
                Send them this link. Anyone who has it can set their password, once, within a day.
              </Text>
            </>
          )}
          {error !== null && <Problem error={error} />}
        </Stack>
      </Modal>
    </>
  );
}
