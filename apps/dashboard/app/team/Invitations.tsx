'use client';

import { Paper, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC, type Role } from '../../src/server/api';
import { Confirm } from '../../src/components/forms/Confirm';
import { Form } from '../../src/components/forms/Form';
import { Listing } from '../../src/components/Listing';
import { Empty } from '../../src/components/Message';
import { Secret } from '../../src/components/forms/Secret';
import { moment } from '../../src/format';
import { paged, usePages } from '../../src/server/usePages';
import { aboutRoles, roles } from '../../src/server/roles';

const linkOf = (token: string): string => `${window.location.origin}/invite/${token}`;

export function Invitations() {
  const { members } = useTRPC();
  const queryClient = useQueryClient();
  const [made, setMade] = useState<{ readonly token: string; readonly email: string } | null>(null);
  const invitations = usePages(members.invitations.infiniteQueryOptions({}, paged));
  const refresh = () => queryClient.invalidateQueries(members.invitations.infiniteQueryFilter());
  const invite = useMutation(members.invite.mutationOptions({ onSuccess: refresh }));
  const withdraw = useMutation(members.cancelInvitation.mutationOptions({ onSuccess: refresh }));
  return (
    <Stack gap="xl">
      <Paper withBorder p="md" maw={520}>
        <Form
          label="Create a link"
          onSubmit={async ({ email = '', role }) => {
            const { token } = await invite.mutateAsync({ email, role: role as Role });
            setMade({ token, email });
          }}
        >
          <TextInput
            name="email"
            type="email"
            label="E-mail of the invited person"
            autoComplete="off"
            required
          />
          <Select
            name="role"
            label="Role"
            description={aboutRoles}
            data={roles}
            defaultValue="member"
            allowDeselect={false}
          />
        </Form>
        {made !== null && (
          <Stack mt="md" gap="xs" role="status">
            <Secret label={`Link for ${made.email}`} value={linkOf(made.token)} />
            <Text size="sm" c="dimmed">
              Send them this link. Anyone who has it can join, once, within a week.
            </Text>
          </Stack>
        )}
      </Paper>
      <Listing
        {...invitations}
        columns={['E-mail', 'Role', 'Invited by', 'Expires', 'Actions']}
        empty={<Empty title="No open invitations">Invitations that are not used yet appear here.</Empty>}
        row={({ id, email, role, inviter, expiresAt }) => (
          <Table.Tr key={id}>
            <Table.Td>{email}</Table.Td>
            <Table.Td>{role}</Table.Td>
            <Table.Td>{inviter}</Table.Td>
            <Table.Td>{moment(expiresAt)}</Table.Td>
            <Table.Td>
              <Confirm
                label="Withdraw"
                about={email}
                question="The link stops working."
                action={() => withdraw.mutateAsync({ id })}
              />
            </Table.Td>
          </Table.Tr>
        )}
      />
    </Stack>
  );
}
