'use client';

import { useRouter } from 'next/navigation';
import { Form, NewPasswordField } from '../../src/components/forms/Form';
import { Narrow } from '../../src/components/Narrow';
import { postAuth } from '../../src/server/signIn';

/** Sets a new password with the token of an admin's link. */
export function Reset() {
  const router = useRouter();
  return (
    <Narrow title="New password">
      <Form
        label="Set the password"
        onSubmit={async ({ password }) => {
          await postAuth('reset-password', { token: window.location.hash.slice(1), newPassword: password });
          router.replace('/sign-in');
        }}
      >
        <NewPasswordField />
      </Form>
    </Narrow>
  );
}
