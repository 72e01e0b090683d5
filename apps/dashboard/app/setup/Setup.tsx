'use client';

import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { EmailField, Form, NameField, NewPasswordField } from '../../src/components/forms/Form';
import { Narrow } from '../../src/components/Narrow';
import { postAuth } from '../../src/server/signIn';

/** Creates the first account and the organisation, with the token of the setup link. */
export function Setup() {
  const router = useRouter();
  const client = useQueryClient();
  return (
    <Narrow title="Set up Espalier">
      <Text c="dimmed">You become the admin and invite the others.</Text>
      <Form
        label="Create the organisation"
        onSubmit={async (values) => {
          await postAuth('team/setup', { ...values, token: window.location.hash.slice(1) });
          client.clear();
          router.replace('/team');
        }}
      >
        <TextInput name="organization" label="Organisation" autoComplete="organization" required />
        <NameField />
        <EmailField />
        <NewPasswordField />
      </Form>
    </Narrow>
  );
}
