'use client';

import { modalityFacts, type Modality } from '@espalier/data/modalities';
import { Alert, Button, Group, Progress, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useRecorder } from '../../../src/audio/useRecorder';
import { DropFile } from '../../../src/components/data/DropFile';
import { modalityViews, type FileView } from '../../../src/components/data/modalities';
import { Section } from '../../../src/components/Section';
import { refusalOf } from '../../../src/server/files';
import { percent } from '../../../src/format';

interface Score {
  readonly label: string;
  readonly probability: number;
}

interface TryModelProps {
  readonly id: string;
  readonly modality: Modality;
}

/** Classifies a picture, a text or a recording of the user with the model; the server keeps nothing of it. */
export function TryModel({ id, modality }: TryModelProps) {
  const { mutate, data, error, isPending } = useMutation({ mutationFn: (body: Blob) => predict(id, body) });
  const { file } = modalityViews[modality];
  return (
    <Section title="Try it" id="try">
      {file === null ? (
        <TextInput onText={mutate} busy={isPending} />
      ) : (
        <FileInput
          view={file}
          noun={modalityFacts.get(modality).words.plain}
          onFile={mutate}
          busy={isPending}
        />
      )}
      {isPending && <Text role="status">Classifying …</Text>}
      {error !== null && (
        <Alert color="red" title="The model could not classify this" role="alert">
          {error.message}
        </Alert>
      )}
      {data !== undefined && !isPending && <Scores scores={data} />}
    </Section>
  );
}

async function predict(id: string, body: Blob): Promise<readonly Score[]> {
  const response = await fetch(`/api/models/${id}/predict`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': body.type },
  });
  if (!response.ok) throw await refusalOf(response);
  return ((await response.json()) as { labels: Score[] }).labels;
}

function TextInput({ onText, busy }: { readonly onText: (body: Blob) => void; readonly busy: boolean }) {
  const [text, setText] = useState('');
  const send = (): void => onText(new Blob([JSON.stringify({ text })], { type: 'application/json' }));
  return (
    <Stack gap="xs">
      <Textarea
        label="Text"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group>
        <Button onClick={send} disabled={text.trim() === ''} loading={busy}>
          Classify
        </Button>
      </Group>
    </Stack>
  );
}

interface FileInputProps {
  readonly view: FileView;
  /** Noun for one example, such as `picture`. */
  readonly noun: string;
  readonly onFile: (body: Blob) => void;
  readonly busy: boolean;
}

function FileInput({ view, noun, onFile, busy }: FileInputProps) {
  const { type, accept, isRecorded, Preview } = view;
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => () => void (url !== null && URL.revokeObjectURL(url)), [url]);
  const take = (file: Blob): void => {
    setUrl(URL.createObjectURL(file));
    // A file without a media type gets the one that the model takes.
    const typed = file.type.startsWith(`${type}/`) ? file : file.slice(0, file.size, `${type}/unknown`);
    onFile(typed);
  };
  return (
    <Stack gap="xs">
      <DropFile
        prompt={`Drop a ${noun}`}
        button={`Choose a ${noun}`}
        accept={accept}
        onFile={take}
        disabled={busy}
      />
      {isRecorded && <RecordButton onRecorded={take} />}
      {url !== null && <Preview url={url} />}
    </Stack>
  );
}

function RecordButton({ onRecorded }: { readonly onRecorded: (file: Blob) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const { recording, start, stop } = useRecorder(onRecorded, ({ message }) => setProblem(message));
  return (
    <Group>
      <Button variant="default" onClick={recording ? stop : () => void start()}>
        {recording ? 'Stop recording' : 'Record'}
      </Button>
      {problem !== null && (
        <Text size="sm" role="alert">
          {problem}
        </Text>
      )}
    </Group>
  );
}

function Scores({ scores }: { readonly scores: readonly Score[] }) {
  return (
    <Stack gap="xs" component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Probabilities">
      {scores.map(({ label, probability }) => (
        <Stack key={label} component="li" gap={2}>
          <Group justify="space-between">
            <Text size="sm">{label}</Text>
            <Text size="sm">{percent(probability)}</Text>
          </Group>
          <Progress value={100 * probability} aria-label={label} />
        </Stack>
      ))}
    </Stack>
  );
}
