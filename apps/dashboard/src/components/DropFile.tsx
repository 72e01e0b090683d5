'use client';

import { Button, FileButton, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';

interface DropFileProps {
  /** What is dropped here, and what the button says. */
  readonly prompt: string;
  readonly button: string;
  /** Media types and endings, as an input of HTML takes them. */
  readonly accept: string;
  readonly onFile: (file: File) => void;
  readonly disabled?: boolean;
}

/** Where a file is dropped, or chosen with a button. */
export function DropFile({ prompt, button, accept, onFile, disabled = false }: DropFileProps) {
  const [over, setOver] = useState(false);
  return (
    <Paper
      withBorder
      p="lg"
      style={{ borderStyle: 'dashed', ...(over && { borderColor: 'var(--mantine-primary-color-filled)' }) }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file !== undefined && !disabled) onFile(file);
      }}
    >
      <Stack align="center" gap="xs">
        <Text ta="center">{prompt}</Text>
        <FileButton accept={accept} onChange={(file) => file !== null && onFile(file)} disabled={disabled}>
          {(props) => (
            <Button {...props} variant="default" disabled={disabled}>
              {button}
            </Button>
          )}
        </FileButton>
      </Stack>
    </Paper>
  );
}
