'use client';

import { Alert, Anchor, Skeleton, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { Form, NameField, NewPasswordField } from '../../../src/components/forms/Form';
import { Failed } from '../../../src/components/Message';
import { Narrow } from '../../../src/components/Narrow';
import { SingleSignOn } from '../../../src/components/frame/SingleSignOn';
import { askAuth, postAuth, signInPage } from '../../../src/server/signIn';
import { useSession } from '../../../src/server/useSession';

interface Invitation {
  readonly organization: string;
  readonly email: string;
  readonly role: string;
  readonly hasAccount: boolean;
}

export function Invite({ token }: { readonly token: string }) {
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => askAuth<Invitation>(`team/invitation?token=${encodeURIComponent(token)}`),
    retry: false,
  });
  const session = useSession();
  const error = invitation.error ?? session.error;
  if (error !== null) return <Failed error={error} />;
  if (invitation.data === undefined || session.data === undefined) {
    return <Skeleton height={300} maw={420} mx="auto" mt="xl" role="status" aria-label="Loading" />;
  }
  const { organization, email, role } = invitation.data;
  const [user, oidc] =
    session.data.mode === 'team' ? [session.data.user, session.data.oidc] : ([null, false] as const);
  return (
    <Narrow title={`Join ${organization}`}>
      <Text>
        As {role}, with the address {email}.
      </Text>
      {user !== null ? (
        <JoinAs token={token} email={email} user={user.email} />
      ) : (
        <JoinNew token={token} hasAccount={invitation.data.hasAccount} oidc={oidc} />
      )}
    </Narrow>
  );
}

/** Joins the organisation and opens the first page. */
function useJoin(token: string) {
  const router = useRouter();
  const client = useQueryClient();
  return async (body: object): Promise<void> => {
    await postAuth('team/join', { token, ...body });
    client.clear();
    router.replace('/studies');
  };
}

interface JoinAsProps {
  readonly token: string;
  /** The invited address and role, and the signed-in user. */
  readonly email: string;
  readonly user: string;
}

function JoinAs({ token, email, user }: JoinAsProps) {
  const join = useJoin(token);
  const client = useQueryClient();
  if (user === email) return <Form label="Join" onSubmit={() => join({})} children={null} />;
  return (
    <>
      <Alert color="yellow">You are signed in as {user}.</Alert>
      <Form
        label="Sign out"
        onSubmit={async () => {
          await postAuth('sign-out', {});
          client.clear();
          window.location.reload();
        }}
        children={null}
      />
    </>
  );
}

interface JoinNewProps {
  readonly token: string;
  readonly hasAccount: boolean;
  readonly oidc: boolean;
}

function JoinNew({ token, hasAccount, oidc }: JoinNewProps) {
  const join = useJoin(token);
  return (
    <>
      {hasAccount ? (
        <Anchor component={Link} href={signInPage(`/invite/${token}`)}>
          Sign in to join
        </Anchor>
      ) : (
        <Form label="Create an account and join" onSubmit={(account) => join({ account })}>
          <NameField />
          <NewPasswordField />
        </Form>
      )}
      {oidc && <SingleSignOn back={() => `/invite/${token}`} />}
    </>
  );
}
