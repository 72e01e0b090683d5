'use client';

import { Alert, Button, Group, Progress, Stack, Text, TextInput } from '@mantine/core';
import { optionsOfRoles } from '@espalier/data/preview';
import { useMemo, useState } from 'react';
import type { ReadOptions } from '../../src/server/api';
import { DropData } from '../../src/components/data/DropData';
import { UploadProgress } from '../../src/components/data/UploadProgress';
import { size } from '../../src/format';
import { archiveName, classProblem, gather, isTable, needsClass, problemOf } from '../../src/upload/gather';
import type { Batch, DroppedFile, ArchiveContents } from '../../src/upload/gather';
import { usePacking } from '../../src/upload/usePacking';
import { usePreview } from '../../src/upload/usePreview';
import { asDataset, useUpload } from '../../src/upload/useUpload';
import { Batches } from './Batches';
import { Reading } from './Reading';
import { TableHead } from './TableHead';

const ACCEPTED =
  '.zip,.csv,.tsv,.tab,.jsonl,.ndjson,.parquet,.txt,image/*,.bmp,.tif,.tiff,.heic,.wav,.wave,.flac,.mp3,.ogg,.oga,.opus';

/** The files to upload: one file that is a dataset by itself, or files that become one archive. */
type Choice =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'files'; readonly batches: readonly Batch[] };

const isWhole = ({ name }: File): boolean => /\.zip$/i.test(name) || isTable(name);

/** Adds files to those chosen before; a table or an archive alone replaces them. */
function chosenWith(before: Choice, files: readonly DroppedFile[]): Choice {
  const [only] = files;
  if (files.length === 1 && only !== undefined && isWhole(only.file))
    return { kind: 'file', file: only.file };
  const batches = before.kind === 'files' ? before.batches : [];
  const id = 1 + Math.max(0, ...batches.map((batch) => batch.id));
  return { kind: 'files', batches: [...batches, { id, files, className: '' }] };
}

interface UploadFormProps {
  readonly projectId: string;
  readonly onAdded: (id: string) => void;
}

/** Shows the contents of a dataset and uploads it. */
export function UploadForm({ projectId, onAdded }: UploadFormProps) {
  const [chosen, setChosen] = useState<Choice>({ kind: 'nothing' });
  const [name, setName] = useState('');
  const [options, setOptions] = useState<ReadOptions>({});
  const head = usePreview(chosen.kind === 'file' ? chosen.file : null);
  const packing = usePacking();
  const { phase, start, cancel } = useUpload(onAdded);
  const batches = useMemo(() => (chosen.kind === 'files' ? chosen.batches : []), [chosen]);
  const gathered = useMemo(() => gather(batches), [batches]);
  const problem = problemIn(batches, gathered);
  const busy = phase.kind === 'sending' || phase.kind === 'assembling' || packing.progress !== null;
  const usual = usualName(chosen);
  const ready =
    chosen.kind === 'file'
      ? head.kind !== 'reading' && !(head.kind === 'shown' && head.isAsking)
      : problem === null && gathered.entries.length > 0;
  const begin = async (): Promise<void> => {
    const file =
      chosen.kind === 'file' ? chosen.file : await packing.pack(archiveName(batches), gathered.entries);
    const read = head.kind === 'shown' ? { ...options, ...readOf(head) } : options;
    if (file !== null) await start(file, asDataset(projectId, name || usual, read));
  };
  return (
    <Stack>
      <DropData
        prompt={
          chosen.kind === 'file'
            ? `${chosen.file.name}, ${size(chosen.file.size)}`
            : 'Drop a folder of class folders, pictures or recordings, a table, or a .zip; or paste pictures or cells of a spreadsheet'
        }
        accept={ACCEPTED}
        onFiles={(files) => setChosen((before) => chosenWith(before, files))}
        disabled={busy}
      />
      {chosen.kind === 'files' && batches.length > 0 && (
        <Batches
          {...{ batches, gathered, problem }}
          onChange={(next) => setChosen({ kind: 'files', batches: next })}
        />
      )}
      {head.kind === 'shown' && (
        <TableHead
          {...{ preview: head.preview, roles: head.roles, header: head.header }}
          onRoles={head.onRoles}
          onHeader={head.onHeader}
        />
      )}
      {head.kind === 'told' && (
        <Alert color={head.isWrong ? 'orange' : 'blue'} role="note">
          {head.text}
        </Alert>
      )}
      <TextInput
        label="Name"
        placeholder={usual}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        disabled={busy}
      />
      <Reading options={options} onChange={setOptions} withoutColumns={head.kind === 'shown'} />
      <PackingProgress progress={packing.progress} failure={packing.failure} />
      <UploadProgress phase={phase} />
      <Group>
        <Button onClick={() => void begin()} disabled={!ready} loading={busy}>
          {phase.kind === 'failed' ? 'Resume' : 'Upload'}
        </Button>
        {busy && (
          <Button
            variant="default"
            onClick={() => {
              packing.stop();
              cancel();
            }}
          >
            Stop
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** Reason why the files cannot be uploaded yet; null where they can. */
function problemIn(batches: readonly Batch[], gathered: ArchiveContents): string | null {
  const unnamed = batches.find((batch) => needsClass(batch) && classProblem(batch.className) !== null);
  return unnamed === undefined ? problemOf(gathered) : classProblem(unnamed.className);
}

function usualName(chosen: Choice): string {
  switch (chosen.kind) {
    case 'nothing':
      return '';
    case 'file':
      return chosen.file.name.replace(/\.[a-z]+$/i, '');
    case 'files':
      return archiveName(chosen.batches);
  }
}

interface Shown {
  readonly header: boolean | null;
  readonly roles: Parameters<typeof optionsOfRoles>[0];
}

const readOf = ({ header, roles }: Shown): ReadOptions => ({
  ...(header !== null && { header }),
  ...optionsOfRoles(roles),
});

interface PackingProgressProps {
  /** In 0..1; null while nothing is being packed. */
  readonly progress: number | null;
  readonly failure: string | null;
}

function PackingProgress({ progress, failure }: PackingProgressProps) {
  if (failure !== null) {
    return (
      <Alert color="red" title="The browser cannot read the files" role="alert">
        {failure}
      </Alert>
    );
  }
  if (progress === null) return null;
  return (
    <Stack gap={4}>
      <Progress value={100 * progress} aria-label="Packed" />
      <Text size="sm" role="status">
        The files are read …
      </Text>
    </Stack>
  );
}
