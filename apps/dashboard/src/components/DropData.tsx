'use client';

import { Button, Group, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { filesOf, filesOfInput, pastedTable } from '../upload/dropped';
import type { Dropped } from '../upload/gather';
import { DropPlace } from './DropPlace';

interface DropDataProps {
  readonly prompt: string;
  /** Endings, as an input of HTML takes them. */
  readonly accept: string;
  readonly onFiles: (files: readonly Dropped[]) => void;
  readonly disabled: boolean;
}

/** Where files and folders are dropped, chosen, or pasted, as many as there are. */
export function DropData({ prompt, accept, onFiles, disabled }: DropDataProps) {
  const [unread, setUnread] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const given = (files: readonly Dropped[]): void => {
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
    // The same file may be chosen again.
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
          The browser may not read what was dropped; choose it with a button.
        </Text>
      )}
    </DropPlace>
  );
}

/** Takes pictures, and tables of spreadsheets, that are pasted anywhere but into a field. */
function usePaste(onFiles: (files: readonly Dropped[]) => void): void {
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
