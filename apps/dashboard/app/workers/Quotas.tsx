'use client';

import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC, type Project } from '../../src/server/api';
import { Failed, Problem } from '../../src/components/Message';
import { Section } from '../../src/components/Section';

/** Sets each project's limits of concurrent trials and of stored uploads. */
export function Quotas() {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.projects.list.queryOptions());
  const setQuota = useMutation(trpc.projects.setQuota.mutationOptions());
  if (data === undefined && error !== null) return <Failed error={error} />;
  return (
    <>
      <Section title="Limit of concurrent trials">
        {data?.map(({ id, name, quota }) => (
          <Quota
            key={id}
            label={name}
            kept={quota}
            placeholder="no limit"
            keep={(value) => setQuota.mutateAsync({ id, quota: value })}
          />
        ))}
      </Section>
      <Section title="Limit of uploads, in GiB">
        {data?.map((project) => (
          <UploadLimit key={project.id} project={project} />
        ))}
      </Section>
    </>
  );
}

const GiB = 2 ** 30;
const inGiB = (bytes: number): string => (bytes / GiB).toLocaleString('en', { maximumFractionDigits: 1 });

function UploadLimit({ project: { id, name, uploads } }: { readonly project: Project }) {
  const setLimit = useMutation(useTRPC().projects.setUploadLimit.mutationOptions());
  return (
    <Quota
      label={`${name}: uploads`}
      description={`${inGiB(uploads.bytes)} GiB of ${inGiB(uploads.limit)} GiB used`}
      kept={uploads.own === null ? null : Math.ceil(uploads.own / GiB)}
      placeholder="server default"
      keep={(value) => setLimit.mutateAsync({ id, bytes: value === null ? null : value * GiB })}
    />
  );
}

interface QuotaProps {
  readonly label: string;
  readonly description?: string;
  readonly kept: number | null;
  readonly placeholder: string;
  readonly keep: (value: number | null) => Promise<void>;
}

function Quota({ label, description, kept, placeholder, keep }: QuotaProps) {
  const [typed, setTyped] = useState<string | number>(kept ?? '');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => keep(typeof typed === 'number' ? typed : null),
    onSuccess: () => queryClient.invalidateQueries(trpc.projects.list.queryFilter()),
  });
  return (
    <Stack gap="xs">
      <Group align="end">
        <NumberInput
          label={label}
          description={description}
          placeholder={placeholder}
          min={1}
          allowDecimal={false}
          value={typed}
          onChange={setTyped}
        />
        <Button
          variant="default"
          loading={isPending}
          onClick={() => mutate()}
          aria-label={`Save the limit of ${label}`}
        >
          Save
        </Button>
      </Group>
      {error !== null && <Problem error={error} />}
    </Stack>
  );
}
