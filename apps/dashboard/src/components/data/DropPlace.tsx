import { Paper, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';

interface DropPlaceProps {
  readonly prompt: string;
  readonly onDrop: (dropped: DataTransfer) => void;
  /** Buttons that open the file dialog instead. */
  readonly children: ReactNode;
}

/** A drop zone for files, highlighted while files hover over it. */
export function DropPlace({ prompt, onDrop, children }: DropPlaceProps) {
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
        onDrop(event.dataTransfer);
      }}
    >
      <Stack align="center" gap="xs">
        <Text ta="center">{prompt}</Text>
        {children}
      </Stack>
    </Paper>
  );
}
