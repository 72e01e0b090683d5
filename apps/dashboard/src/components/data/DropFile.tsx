'use client';

import { Button, FileButton } from '@mantine/core';
import { DropPlace } from './DropPlace';

interface DropFileProps {
  /** Texts of the drop zone and of its button. */
  readonly prompt: string;
  readonly button: string;
  /** Media types and extensions, as the `accept` attribute takes them. */
  readonly accept: string;
  readonly onFile: (file: File) => void;
  readonly disabled?: boolean;
}

/** Accepts one file, dropped or chosen with a button. */
export function DropFile({ prompt, button, accept, onFile, disabled = false }: DropFileProps) {
  const dropped = ({ files: [file] }: DataTransfer): void => {
    if (file !== undefined && !disabled) onFile(file);
  };
  return (
    <DropPlace prompt={prompt} onDrop={dropped}>
      <FileButton accept={accept} onChange={(file) => file !== null && onFile(file)} disabled={disabled}>
        {(props) => (
          <Button {...props} variant="default" disabled={disabled}>
            {button}
          </Button>
        )}
      </FileButton>
    </DropPlace>
  );
}
