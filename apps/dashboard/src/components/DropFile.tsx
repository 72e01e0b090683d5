'use client';

import { Button, FileButton } from '@mantine/core';
import { DropPlace } from './DropPlace';

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
