'use client';

import { useEffect, useRef, useState } from 'react';
import { api, type ReadOptions } from '../api';
import { sendParts, type UploadState } from './upload';

export type UploadPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly done: number; readonly total: number; readonly resumed: boolean }
  | { readonly kind: 'assembling' }
  | { readonly kind: 'failed'; readonly message: string };

interface Asked {
  readonly projectId: string;
  readonly file: File;
  /** Of the dataset. */
  readonly name: string;
  readonly options: ReadOptions;
}

/** Under which the browser remembers that a file was being sent. */
const memoryOf = ({ projectId, file }: Asked): string =>
  `espalier-upload ${projectId} ${file.name} ${file.size} ${file.lastModified}`;

/** An upload of this page; one that was interrupted goes on when the same file is chosen again. */
export function useUpload(onDone: (datasetId: string) => void) {
  const [phase, setPhase] = useState<UploadPhase>({ kind: 'idle' });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async (asked: Asked): Promise<void> => {
    stop.current?.abort();
    const own = new AbortController();
    stop.current = own;
    try {
      const { state, resumed } = await begun(asked);
      await sendParts(asked.file, state, {
        signal: own.signal,
        onProgress: (done, total) => setPhase({ kind: 'sending', done, total, resumed }),
      });
      setPhase({ kind: 'assembling' });
      const { id } = await api.datasets.completeUpload.mutate({
        id: state.id,
        name: asked.name,
        options: asked.options,
      });
      localStorage.removeItem(memoryOf(asked));
      onDone(id);
    } catch (error) {
      if (own.signal.aborted) return;
      setPhase({ kind: 'failed', message: (error as Error).message });
    }
  };
  const cancel = (): void => {
    stop.current?.abort();
    setPhase({ kind: 'idle' });
  };
  return { phase, start, cancel };
}

async function begun(asked: Asked): Promise<{ readonly state: UploadState; readonly resumed: boolean }> {
  const { projectId, file } = asked;
  const remembered = localStorage.getItem(memoryOf(asked));
  if (remembered !== null) {
    // It may have been swept meanwhile.
    const state = await api.datasets.uploadStatus.query({ id: remembered }).catch(() => null);
    if (state !== null) return { state, resumed: state.there.length > 0 };
  }
  const state = await api.datasets.beginUpload.mutate({ projectId, name: file.name, bytes: file.size });
  localStorage.setItem(memoryOf(asked), state.id);
  return { state, resumed: false };
}
