'use client';

import { Alert, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { EmailField, Form, PasswordField } from '../../src/components/forms/Form';
import { Narrow } from '../../src/components/Narrow';
import { SingleSignOn } from '../../src/components/frame/SingleSignOn';
import { nextPage, postAuth } from '../../src/server/signIn';
import { useSession } from '../../src/server/useSession';

/** @param failed whether single sign-on returned an error */
export function SignIn({ failed }: { readonly failed: boolean }) {
  const router = useRouter();
  const client = useQueryClient();
  const { data } = useSession();
  if (data?.mode === 'team' && data.empty) {
    return (
      <Narrow title="There are no accounts yet">
        <Text>Open the link that the server printed when it started.</Text>
      </Narrow>
    );
  }
  return (
    <Narrow title="Sign in">
      {failed && (
        <Alert color="red" role="alert">
          Single sign-on let nobody in. It is for people who were invited with the same, verified e-mail
          address.
        </Alert>
      )}
      <Form
        label="Sign in"
        onSubmit={async ({ email, password }) => {
          await postAuth('sign-in/email', { email, password });
          client.clear();
          router.replace(nextPage(window.location.search));
        }}
      >
        <EmailField />
        <PasswordField />
      </Form>
      {data?.mode === 'team' && data.oidc && <SingleSignOn back={() => nextPage(window.location.search)} />}
    </Narrow>
  );
}
