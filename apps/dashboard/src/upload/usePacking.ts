'use client';

import { useEffect, useRef, useState } from 'react';
import type { ArchiveEntry } from './gather';
import { packFiles } from './pack';

/** Packs files into one archive; leaving the page stops it. */
export function usePacking() {
  const [progress, setProgress] = useState<number | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  /** Null if packing was stopped or a file cannot be read. */
  const pack = async (name: string, entries: readonly ArchiveEntry[]): Promise<File | null> => {
    const own = new AbortController();
    stop.current = own;
    setFailure(null);
    setProgress(0);
    try {
      const onProgress = (done: number, total: number): void => setProgress(total === 0 ? 1 : done / total);
      return await packFiles(name, entries, { signal: own.signal, onProgress });
    } catch (error) {
      if (!own.signal.aborted)
        setFailure(
          `${(error as Error).message}. A file may have changed or disappeared: choose the files again.`,
        );
      return null;
    } finally {
      setProgress(null);
    }
  };
  return { progress, failure, pack, stop: () => stop.current?.abort() };
}
