'use client';

import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { postAuth } from '../../server/signIn';
import { useSession } from '../../server/useSession';

/** Shows the signed-in user and the organisation, and signs out. */
export function Account() {
  const { data } = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const choose = useMutation({
    mutationFn: (organizationId: string) => postAuth('organization/set-active', { organizationId }),
    // All data on the page belongs to the organisation chosen before.
    onSuccess: () => window.location.assign('/studies'),
  });
  const signOut = useMutation({
    mutationFn: () => postAuth('sign-out', {}),
    onSuccess: () => {
      client.clear();
      router.replace('/sign-in');
    },
  });
  if (data?.mode !== 'team' || data.user === null) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      {data.organizations.length > 1 ? (
        <Select
          aria-label="Organisation"
          size="xs"
          maw={160}
          allowDeselect={false}
          data={data.organizations.map(({ id, name }) => ({ value: id, label: name }))}
          value={data.organization?.id ?? null}
          onChange={(id) => id !== null && choose.mutate(id)}
        />
      ) : (
        <Text size="sm" truncate maw={140} visibleFrom="xs">
          {data.organization?.name}
        </Text>
      )}
      <Stack gap={0} visibleFrom="xs" maw={180}>
        <Text size="sm" truncate title={data.user.email}>
          {data.user.name}
        </Text>
        {data.role !== null && (
          <Text size="xs" c="dimmed">
            {data.role}
          </Text>
        )}
      </Stack>
      <Button
        variant="default"
        size="xs"
        title={data.user.email}
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        Sign out
      </Button>
    </Group>
  );
}
