'use client';

import { Button, Fieldset, Group, Stack, Tabs, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTRPC } from '../../server/api';
import { nameOf } from '../../backbones';
import { size } from '../../format';
import { asBackbone, useUpload } from '../../upload/useUpload';
import { DropFile } from '../data/DropFile';
import { UploadProgress } from '../data/UploadProgress';

interface AddBackboneProps {
  readonly projectId: string;
  /** Called with the backbone's id once it is added. */
  readonly onAdded: (id: string) => void;
}

/** Adds a network to a project: from a hub, from the server's machine, or as a file. */
export function AddBackbone(props: AddBackboneProps) {
  return (
    <Fieldset legend="A network of your own">
      <Tabs defaultValue="reference">
        <Tabs.List>
          <Tabs.Tab value="reference">From a hub or a path</Tabs.Tab>
          <Tabs.Tab value="file">An ONNX file</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="reference" pt="md">
          <ReferenceForm {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="file" pt="md">
          <FileForm {...props} />
        </Tabs.Panel>
      </Tabs>
    </Fieldset>
  );
}

function ReferenceForm({ projectId, onAdded }: AddBackboneProps) {
  const trpc = useTRPC();
  const [reference, setReference] = useState('');
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useMutation(
    trpc.backbones.add.mutationOptions({
      onSuccess: ({ id }) => {
        setReference('');
        setName('');
        setTried(false);
        onAdded(id);
      },
    }),
  );
  const missing = tried && reference.trim() === '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reference.trim() !== '') mutate({ projectId, reference, name: name || nameOf(reference) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Network"
          description="hf:owner/name on the Hugging Face hub, or the path of an ONNX file or its folder on the server's machine"
          placeholder="hf:owner/name"
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          error={missing ? 'Enter hf:owner/name or a path' : error?.message}
          required
        />
        <NameInput value={name} usual={nameOf(reference)} onChange={setName} />
        <Button type="submit" variant="default" loading={isPending} style={{ alignSelf: 'start' }}>
          Inspect
        </Button>
      </Stack>
    </form>
  );
}

function FileForm({ projectId, onAdded }: AddBackboneProps) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const { phase, start, cancel } = useUpload((id) => {
    setFile(null);
    setName('');
    cancel();
    onAdded(id);
  });
  const busy = phase.kind === 'sending' || phase.kind === 'assembling';
  const begin = (): void => {
    if (file !== null) void start(file, asBackbone(projectId, name || nameOf(file.name)));
  };
  return (
    <Stack>
      <DropFile
        prompt={
          file === null
            ? 'Drop an .onnx file of an image network, or a .zip of the folder of any network'
            : `${file.name}, ${size(file.size)}`
        }
        button="Choose a network"
        accept=".onnx,.zip"
        onFile={setFile}
        disabled={busy}
      />
      <NameInput value={name} usual={file === null ? '' : nameOf(file.name)} onChange={setName} />
      <UploadProgress phase={phase} />
      <Group>
        <Button variant="default" onClick={begin} disabled={file === null} loading={busy}>
          {phase.kind === 'failed' ? 'Resume' : 'Upload the network'}
        </Button>
        {busy && (
          <Button variant="default" onClick={cancel}>
            Stop
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface NameInputProps {
  readonly value: string;
  readonly usual: string;
  readonly onChange: (name: string) => void;
}

const NameInput = ({ value, usual, onChange }: NameInputProps) => (
  <TextInput
    label="Name of the network"
    description="The name in reports"
    placeholder={usual}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);
