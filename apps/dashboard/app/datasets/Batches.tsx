'use client';

import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { count, size } from '../../src/format';
import { classProblem, needsClass, type Batch, type ArchiveContents } from '../../src/upload/gather';

const SHOWN_CLASSES = 20;

interface BatchesProps {
  readonly batches: readonly Batch[];
  readonly gathered: ArchiveContents;
  /** Reason why the files cannot be uploaded; null where they can. */
  readonly problem: string | null;
  readonly onChange: (batches: readonly Batch[]) => void;
}

/** Lists the files and folders that will become one archive, with their classes and the files left out. */
export function Batches({ batches, gathered, problem, onChange }: BatchesProps) {
  const name = (id: number, className: string): void =>
    onChange(batches.map((one) => (one.id === id ? { ...one, className } : one)));
  const { entries, bytes, leftOut } = gathered;
  return (
    <Stack component="section" aria-label="Files to upload" gap="xs">
      {batches.map((batch, i) => (
        <Group key={batch.id} align="end">
          {needsClass(batch) ? (
            <TextInput
              label={`Class of ${filesOf(batch)}`}
              value={batch.className}
              error={batch.className === '' ? undefined : classProblem(batch.className)}
              onChange={({ currentTarget }) => name(batch.id, currentTarget.value)}
              required
            />
          ) : (
            <Text>{filesOf(batch)}, with their folders</Text>
          )}
          <Button
            variant="subtle"
            aria-label={`Remove group ${i + 1}`}
            onClick={() => onChange(batches.filter(({ id }) => id !== batch.id))}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Text role="status">
        {count(entries.length)} files, {size(bytes)}. {classWords(gathered)}
      </Text>
      {leftOut.length > 0 && (
        <Stack gap={4}>
          <Text size="sm">Left out:</Text>
          <List size="sm" aria-label="Left out">
            {leftOut.map(({ reason, count: number }) => (
              <List.Item key={reason}>
                {count(number)} {number === 1 ? 'file' : 'files'} ({reason})
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
      {problem !== null && (
        <Alert color="orange" role="note">
          {problem}
        </Alert>
      )}
      <Text size="sm">Drop more files to add another class or folder.</Text>
    </Stack>
  );
}

const filesOf = ({ files }: Batch): string =>
  `${count(files.length)} ${files.length === 1 ? 'file' : 'files'}`;

function classWords({ classes, table }: ArchiveContents): string {
  if (table !== null) return `The table ${table} holds the class of each file.`;
  const shown = classes
    .slice(0, SHOWN_CLASSES)
    .map(({ name, count: number }) => `${name} (${count(number)})`);
  const more = classes.length - shown.length;
  return `Classes: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
