'use client';

import { Group, Select, Stack, Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC, type Role } from '../../src/server/api';
import { Confirm } from '../../src/components/forms/Confirm';
import { Listing } from '../../src/components/Listing';
import { Empty, Problem } from '../../src/components/Message';
import { moment } from '../../src/format';
import { paged, usePages } from '../../src/server/usePages';
import { ResetLink } from './ResetLink';
import { roles } from '../../src/server/roles';

export function Members({ admin }: { readonly admin: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const members = usePages(trpc.members.list.infiniteQueryOptions({}, paged));
  // The signed-in user's own permissions may have changed.
  const refresh = async (): Promise<void> => {
    await queryClient.invalidateQueries(trpc.members.list.infiniteQueryFilter());
    await queryClient.invalidateQueries(trpc.session.get.queryFilter());
  };
  const setRole = useMutation(trpc.members.setRole.mutationOptions({ onSettled: refresh }));
  const remove = useMutation(trpc.members.remove.mutationOptions({ onSuccess: refresh }));
  return (
    <Stack>
      {setRole.error !== null && <Problem error={setRole.error} />}
      <Listing
        {...members}
        columns={['Name', 'E-mail', 'Role', 'Since', ...(admin ? ['Actions'] : [])]}
        empty={<Empty title="No members">This organisation has no members.</Empty>}
        row={({ id, name, email, role, createdAt }) => (
          <Table.Tr key={id}>
            <Table.Td>{name}</Table.Td>
            <Table.Td>{email}</Table.Td>
            <Table.Td>
              {admin ? (
                <Select
                  aria-label={`Role of ${name}`}
                  size="xs"
                  w={110}
                  data={roles}
                  value={role}
                  allowDeselect={false}
                  onChange={(chosen) => chosen !== null && setRole.mutate({ id, role: chosen as Role })}
                />
              ) : (
                role
              )}
            </Table.Td>
            <Table.Td>{moment(createdAt)}</Table.Td>
            {admin && (
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <ResetLink id={id} name={name} />
                  <Confirm
                    label="Remove"
                    about={name}
                    question="Their keys of this organisation are revoked. Their datasets, studies and models stay."
                    action={() => remove.mutateAsync({ id })}
                  />
                </Group>
              </Table.Td>
            )}
          </Table.Tr>
        )}
      />
    </Stack>
  );
}
