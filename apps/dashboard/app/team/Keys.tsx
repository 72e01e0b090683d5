'use client';

import { Button, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
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
import { roles } from '../../src/server/roles';

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: 'none', label: 'no expiry' },
];

export function Keys({ role }: { readonly role: Role }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  const keys = usePages(trpc.keys.list.infiniteQueryOptions({}, paged));
  const refresh = () => queryClient.invalidateQueries(trpc.keys.list.infiniteQueryFilter());
  const revoke = useMutation(trpc.keys.revoke.mutationOptions({ onSuccess: refresh }));
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed">
          Programs send a key as <code>Authorization: Bearer esp_…</code>. The API is described at{' '}
          <a href="/api/openapi.json">/api/openapi.json</a>.
        </Text>
        <Button onClick={() => setOpened(true)}>New key</Button>
      </Group>
      <Modal opened={opened} onClose={() => setOpened(false)} title="New key" closeOnClickOutside={false}>
        <NewKey role={role} onMade={refresh} onDone={() => setOpened(false)} />
      </Modal>
      <Listing
        {...keys}
        columns={['Name', 'Key', 'Role', 'Owner', 'Last used', 'Expires', 'Actions']}
        empty={<Empty title="No keys">Programs need a key to use this server.</Empty>}
        row={(key) => (
          <Table.Tr key={key.id}>
            <Table.Td>{key.name}</Table.Td>
            <Table.Td>
              <code>{key.start}…</code>
            </Table.Td>
            <Table.Td>{key.role}</Table.Td>
            <Table.Td>{key.owner}</Table.Td>
            <Table.Td>{moment(key.lastUsedAt)}</Table.Td>
            <Table.Td>{moment(key.expiresAt)}</Table.Td>
            <Table.Td>
              <Confirm
                label="Revoke"
                about={key.name}
                question="Programs that use this key lose access at once."
                action={() => revoke.mutateAsync({ id: key.id })}
              />
            </Table.Td>
          </Table.Tr>
        )}
      />
    </Stack>
  );
}

interface NewKeyProps {
  readonly role: Role;
  readonly onMade: () => Promise<unknown>;
  readonly onDone: () => void;
}

function NewKey({ role, onMade, onDone }: NewKeyProps) {
  const [key, setKey] = useState<string | null>(null);
  const create = useMutation(useTRPC().keys.create.mutationOptions());
  if (key !== null) {
    return (
      <Stack role="status">
        <Text>Copy the key now. It is not shown again.</Text>
        <Secret label="Key" value={key} />
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Stack>
    );
  }
  const most = roles.findIndex(({ value }) => value === role);
  return (
    <Form
      label="Create the key"
      onSubmit={async ({ name = '', role: chosen, days = '' }) => {
        const wanted = { name, role: chosen as Role, days: days === 'none' ? null : Number(days) };
        const made = await create.mutateAsync(wanted);
        setKey(made.key);
        await onMade();
      }}
    >
      <TextInput name="name" label="Purpose" autoComplete="off" maxLength={100} required data-autofocus />
      <Select
        name="role"
        label="Role"
        data={roles.slice(0, most + 1)}
        defaultValue="member"
        allowDeselect={false}
      />
      <Select name="days" label="Expires after" data={lifetimes} defaultValue="90" allowDeselect={false} />
    </Form>
  );
}
