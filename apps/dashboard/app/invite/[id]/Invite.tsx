'use client';

import { Alert, Anchor, Button, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { Form, NameField, NewPasswordField } from '../../../src/components/Form';
import { Failed } from '../../../src/components/Message';
import { Narrow } from '../../../src/components/Narrow';
import { askAuth, leaveForSingleSignOn, postAuth, signInPage } from '../../../src/signIn';
import { useSession } from '../../../src/useSession';

interface Invitation {
  readonly organization: string;
  readonly email: string;
  readonly role: string;
  readonly hasAccount: boolean;
}

export function Invite({ id }: { readonly id: string }) {
  const invitation = useQuery({
    queryKey: ['invitation', id],
    queryFn: () => askAuth<Invitation>(`team/invitation?id=${encodeURIComponent(id)}`),
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
        <JoinAs id={id} email={email} user={user.email} />
      ) : (
        <JoinNew id={id} hasAccount={invitation.data.hasAccount} oidc={oidc} />
      )}
    </Narrow>
  );
}

/** Joins, and goes on to what there is. */
function useJoin(id: string) {
  const router = useRouter();
  const client = useQueryClient();
  return async (body: object): Promise<void> => {
    await postAuth('team/join', { id, ...body });
    client.clear();
    router.replace('/studies');
  };
}

interface JoinAsProps {
  readonly id: string;
  /** Who is invited, and who is signed in. */
  readonly email: string;
  readonly user: string;
}

function JoinAs({ id, email, user }: JoinAsProps) {
  const join = useJoin(id);
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
  readonly id: string;
  readonly hasAccount: boolean;
  readonly oidc: boolean;
}

function JoinNew({ id, hasAccount, oidc }: JoinNewProps) {
  const join = useJoin(id);
  const single = useMutation({ mutationFn: () => leaveForSingleSignOn(`/invite/${id}`) });
  return (
    <>
      {hasAccount ? (
        <Anchor component={Link} href={signInPage(`/invite/${id}`)}>
          Sign in to join
        </Anchor>
      ) : (
        <Form label="Make an account and join" onSubmit={(account) => join({ account })}>
          <NameField />
          <NewPasswordField />
        </Form>
      )}
      {oidc && (
        <Button variant="default" loading={single.isPending} onClick={() => single.mutate()}>
          Single sign-on
        </Button>
      )}
      {single.error !== null && (
        <Alert color="red" role="alert">
          {single.error.message}
        </Alert>
      )}
    </>
  );
}
