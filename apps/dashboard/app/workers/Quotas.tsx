'use client';

import { Alert, Button, Group, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Project } from '../../src/api';
import { Failed } from '../../src/components/Message';
import { Section } from '../../src/components/Section';

/** How much of the workers each project may take. */
export function Quotas() {
  const { data, error } = useQuery({ queryKey: ['projects'], queryFn: () => api.projects.list.query() });
  if (data === undefined && error !== null) return <Failed error={error} />;
  return (
    <Section title="Most trials at once">
      {data?.map((project) => (
        <Quota key={project.id} project={project} />
      ))}
    </Section>
  );
}

function Quota({ project: { id, name, quota } }: { readonly project: Project }) {
  const [typed, setTyped] = useState<string | number>(quota ?? '');
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.projects.setQuota.mutate({ id, quota: typeof typed === 'number' ? typed : null }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['projects'] }),
  });
  return (
    <Stack gap="xs">
      <Group align="end">
        <NumberInput
          label={name}
          placeholder="no limit"
          min={1}
          allowDecimal={false}
          value={typed}
          onChange={setTyped}
        />
        <Button
          variant="default"
          loading={isPending}
          onClick={() => mutate()}
          aria-label={`Keep the limit of ${name}`}
        >
          Keep
        </Button>
      </Group>
      {error !== null && (
        <Alert color="red" role="alert">
          {error.message}
        </Alert>
      )}
    </Stack>
  );
}
