'use client';

import { Alert, Button, Paper, Select, Skeleton, Stack, Tabs, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { useTRPC, type Project, type ReadOptions } from '../../src/server/api';
import { Failed } from '../../src/components/Message';
import { Reading } from './Reading';
import { UploadForm } from './UploadForm';

interface AddDatasetProps {
  /** Called once the inspection has begun; by default the dataset's page opens. */
  readonly onAdded?: (id: string) => void;
}

/** Adds a dataset and starts its inspection. */
export function AddDataset({ onAdded: added }: AddDatasetProps) {
  const trpc = useTRPC();
  const { data: projects, error } = useQuery(trpc.projects.list.queryOptions());
  const [chosen, setChosen] = useState<string | null>(null);
  const router = useRouter();
  const next = added ?? ((id: string) => router.push(`/datasets/${id}`));
  // The next page shows whether the inspection started.
  const inspect = useMutation(
    trpc.datasets.inspect.mutationOptions({ onSettled: (_done, _error, { id }) => next(id) }),
  );
  if (projects === undefined && error !== null) return <Failed error={error} />;
  if (projects === undefined) return <Skeleton height={160} role="status" aria-label="Loading" />;
  const projectId = chosen ?? projects[0]?.id;
  if (projectId === undefined) return <Alert color="orange">There is no project to add a dataset to.</Alert>;
  const onAdded = (id: string): void => inspect.mutate({ id });
  return (
    <Paper withBorder p="md" component="section" aria-label="Add a dataset">
      <Stack>
        {projects.length > 1 && <ProjectSelect projects={projects} value={projectId} onChange={setChosen} />}
        <Tabs defaultValue="upload">
          <Tabs.List>
            <Tabs.Tab value="upload">Upload</Tabs.Tab>
            <Tabs.Tab value="path">On the server</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="upload" pt="md">
            <UploadForm projectId={projectId} onAdded={onAdded} />
          </Tabs.Panel>
          <Tabs.Panel value="path" pt="md">
            <PathForm projectId={projectId} onAdded={onAdded} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Paper>
  );
}

interface ProjectSelectProps {
  readonly projects: readonly Project[];
  readonly value: string;
  readonly onChange: (id: string | null) => void;
}

function ProjectSelect({ projects, value, onChange }: ProjectSelectProps) {
  return (
    <Select
      label="Project"
      data={projects.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      allowDeselect={false}
    />
  );
}

interface FormProps {
  readonly projectId: string;
  readonly onAdded: (id: string) => void;
}

function PathForm({ projectId, onAdded }: FormProps) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [options, setOptions] = useState<ReadOptions>({});
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useMutation(
    useTRPC().datasets.register.mutationOptions({ onSuccess: ({ id }) => onAdded(id) }),
  );
  const missing = tried && path.trim() === '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (path.trim() !== '') mutate({ projectId, path, name: name || lastOf(path), options });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Path"
          description="A folder of class folders, or a CSV, TSV, JSONL or Parquet table, on the server's machine"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
          error={missing ? 'Give the path of the dataset' : error?.message}
          required
        />
        <TextInput
          label="Name"
          placeholder={lastOf(path)}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Reading options={options} onChange={setOptions} />
        <Button type="submit" loading={isPending} style={{ alignSelf: 'start' }}>
          Add the path
        </Button>
      </Stack>
    </form>
  );
}

/** The name of a file or folder without its ending. */
const lastOf = (path: string): string =>
  (path.split(/[/\\]/).findLast((part) => part !== '') ?? '').replace(/\.[a-z]+$/i, '');
