'use client';

import { Skeleton, Stack, Tabs, Title } from '@mantine/core';
import { Empty, Failed } from '../../src/components/Message';
import { useSession } from '../../src/server/useSession';
import { Audit } from './Audit';
import { Invitations } from './Invitations';
import { Keys } from './Keys';
import { Members } from './Members';
import { Password } from './Password';

export function Team() {
  const { data, error } = useSession();
  if (data === undefined && error !== null) return <Failed error={error} />;
  if (data === undefined) return <Skeleton height={300} role="status" aria-label="Loading" />;
  if (data.mode === 'single' || data.organization === null || data.role === null) {
    return (
      <Empty title="This server has no team" order={1}>
        It has a single user. Start it with <code>espalier start --team</code> to let people sign in.
      </Empty>
    );
  }
  const admin = data.role === 'admin';
  return (
    <Stack>
      <Title order={1}>{data.organization.name}</Title>
      <Tabs defaultValue="members" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="members">Members</Tabs.Tab>
          {admin && <Tabs.Tab value="invitations">Invitations</Tabs.Tab>}
          {data.role !== 'viewer' && <Tabs.Tab value="keys">Keys</Tabs.Tab>}
          {admin && <Tabs.Tab value="audit">Audit log</Tabs.Tab>}
          <Tabs.Tab value="password">Password</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="members" pt="md">
          <Members admin={admin} />
        </Tabs.Panel>
        <Tabs.Panel value="invitations" pt="md">
          <Invitations />
        </Tabs.Panel>
        <Tabs.Panel value="keys" pt="md">
          <Keys role={data.role} />
        </Tabs.Panel>
        <Tabs.Panel value="audit" pt="md">
          <Audit />
        </Tabs.Panel>
        <Tabs.Panel value="password" pt="md">
          <Password />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
