'use client';

import { Alert, Box, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { Form, NewPasswordField } from '../../src/components/forms/Form';
import { postAuth } from '../../src/server/signIn';

export function Password() {
  const [changed, setChanged] = useState(false);
  if (changed) {
    return (
      <Alert color="green" role="status">
        Your password has changed. All other sessions are signed out.
      </Alert>
    );
  }
  return (
    <Box maw={420}>
      <Form
        label="Change the password"
        onSubmit={async ({ current, next }) => {
          const to = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
          await postAuth('change-password', to);
          setChanged(true);
        }}
      >
        <PasswordInput name="current" label="Current password" autoComplete="current-password" required />
        <NewPasswordField name="next" />
      </Form>
    </Box>
  );
}
