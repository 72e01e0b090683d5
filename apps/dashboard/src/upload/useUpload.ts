'use client';

import { useEffect, useRef, useState } from 'react';
import { api, type ReadOptions } from '../server/api';
import { sendParts, type UploadState } from './upload';

export type UploadPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly done: number; readonly total: number; readonly resumed: boolean }
  | { readonly kind: 'assembling' }
  | { readonly kind: 'failed'; readonly message: string };

/** The purpose of an upload: a dataset or a backbone. */
export interface UploadTarget {
  /** Key under which the browser remembers an interrupted upload, such as `datasets <project>`. */
  readonly memory: string;
  readonly begin: (file: { readonly name: string; readonly bytes: number }) => Promise<UploadState>;
  readonly status: (id: string) => Promise<UploadState>;
  /** Creates the dataset or backbone from the received parts. */
  readonly complete: (id: string) => Promise<{ readonly id: string }>;
}

/** Uploads a dataset into a project. */
export const asDataset = (projectId: string, name: string, options: ReadOptions): UploadTarget => ({
  memory: projectId,
  begin: (file) => api.datasets.beginUpload.mutate({ projectId, ...file }),
  status: (id) => api.datasets.uploadStatus.query({ id }),
  complete: (id) => api.datasets.completeUpload.mutate({ id, name, options }),
});

/** Uploads a backbone into a project. */
export const asBackbone = (projectId: string, name: string): UploadTarget => ({
  memory: `backbone ${projectId}`,
  begin: (file) => api.backbones.beginUpload.mutate({ projectId, ...file }),
  status: (id) => api.backbones.uploadStatus.query({ id }),
  complete: (id) => api.backbones.completeUpload.mutate({ id, name }),
});

const memoryOf = ({ memory }: UploadTarget, file: File): string =>
  `espalier-upload ${memory} ${file.name} ${file.size} ${file.lastModified}`;

/** Manages an upload; an interrupted one resumes when the same file is chosen again. */
export function useUpload(onDone: (id: string) => void) {
  const [phase, setPhase] = useState<UploadPhase>({ kind: 'idle' });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async (file: File, target: UploadTarget): Promise<void> => {
    stop.current?.abort();
    const own = new AbortController();
    stop.current = own;
    try {
      const { state, resumed } = await begun(file, target);
      await sendParts(file, state, {
        signal: own.signal,
        onProgress: (done, total) => setPhase({ kind: 'sending', done, total, resumed }),
      });
      setPhase({ kind: 'assembling' });
      const { id } = await target.complete(state.id);
      localStorage.removeItem(memoryOf(target, file));
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

async function begun(
  file: File,
  target: UploadTarget,
): Promise<{ readonly state: UploadState; readonly resumed: boolean }> {
  const remembered = localStorage.getItem(memoryOf(target, file));
  if (remembered !== null) {
    // The server may have deleted it meanwhile.
    const state = await target.status(remembered).catch(() => null);
    if (state !== null) return { state, resumed: state.there.length > 0 };
  }
  const state = await target.begin({ name: file.name, bytes: file.size });
  localStorage.setItem(memoryOf(target, file), state.id);
  return { state, resumed: false };
}
