'use client';

import { Button, Group, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { filesOf, filesOfInput, pastedTable } from '../../upload/dropped';
import type { DroppedFile } from '../../upload/gather';
import { DropPlace } from './DropPlace';

interface DropDataProps {
  readonly prompt: string;
  /** File extensions, as the `accept` attribute takes them. */
  readonly accept: string;
  readonly onFiles: (files: readonly DroppedFile[]) => void;
  readonly disabled: boolean;
}

/** Accepts any number of dropped, chosen or pasted files and folders. */
export function DropData({ prompt, accept, onFiles, disabled }: DropDataProps) {
  const [unread, setUnread] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const given = (files: readonly DroppedFile[]): void => {
    setUnread(false);
    if (files.length > 0 && !disabled) onFiles(files);
  };
  const dropped = (data: DataTransfer): void => {
    filesOf(data).then(given, () => setUnread(true));
  };
  usePaste(given);
  const choose = (folder: boolean): void => {
    if (input.current === null) return;
    input.current.webkitdirectory = folder;
    input.current.accept = folder ? '' : accept;
    // Lets the user choose the same file again.
    input.current.value = '';
    input.current.click();
  };
  return (
    <DropPlace prompt={prompt} onDrop={dropped}>
      <Group justify="center">
        <Button variant="default" disabled={disabled} onClick={() => choose(false)}>
          Choose files
        </Button>
        <Button variant="default" disabled={disabled} onClick={() => choose(true)}>
          Choose a folder
        </Button>
      </Group>
      <input
        ref={input}
        type="file"
        multiple
        accept={accept}
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={({ currentTarget }) => given(filesOfInput(currentTarget.files ?? []))}
      />
      {unread && (
        <Text size="sm" role="alert">
          The browser cannot read the dropped files. Choose them with a button instead.
        </Text>
      )}
    </DropPlace>
  );
}

/** Accepts pictures and spreadsheet cells pasted anywhere except into a field. */
function usePaste(onFiles: (files: readonly DroppedFile[]) => void): void {
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const isField = event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null;
      if (isField || event.clipboardData === null) return;
      const table = pastedTable(event.clipboardData.getData('text/plain'));
      if (table !== null) latest.current([{ path: table.name, file: table }]);
      else void filesOf(event.clipboardData).then((files) => latest.current(files));
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}
