import { makeZip } from 'client-zip';
import type { ArchiveEntry } from './gather';

export interface PackOptions {
  readonly signal?: AbortSignal;
  /** Called with the number of bytes read so far; each file is read once for its checksum. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Packs files into one uncompressed zip. The zip refers to the files themselves and to the headers
 * between them, so nothing is held in memory: the browser reads the files again during the upload.
 *
 * @param name file name of the zip, without its extension
 * @throws the signal's reason; a DOMException where a file can no longer be read
 */
export async function packFiles(
  name: string,
  entries: readonly ArchiveEntry[],
  { signal, onProgress }: PackOptions = {},
): Promise<File> {
  const total = entries.reduce((sum, { file }) => sum + file.size, 0);
  const contents = new WeakSet<Uint8Array>();
  const parts: Blob[] = [];
  let [between, done]: [Uint8Array<ArrayBuffer>[], number] = [[], 0];
  const flush = (): void => {
    if (between.length > 0) parts.push(new Blob(between));
    between = [];
  };
  function* inputs() {
    for (const { path, file } of entries) {
      const input = marked(file, contents, () => {
        flush();
        parts.push(file);
      });
      yield { name: path, lastModified: file.lastModified, input };
    }
  }
  const reader = makeZip(inputs(), { buffersAreUTF8: true }).getReader();
  for (;;) {
    signal?.throwIfAborted();
    const { value, done: isOver } = await reader.read();
    if (isOver) break;
    // The contents of a file stay in the file.
    if (contents.has(value)) onProgress?.((done += value.length), total);
    else between.push(new Uint8Array(value));
  }
  flush();
  const lastModified = Math.max(0, ...entries.map(({ file }) => file.lastModified));
  return new File(parts, `${name}.zip`, { type: 'application/zip', lastModified });
}

/** Streams the contents of a file; calls `onFirst` before the first chunk. */
function marked(file: File, contents: WeakSet<Uint8Array>, onFirst: () => void): ReadableStream<Uint8Array> {
  let isFirst = true;
  return file.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        if (isFirst) onFirst();
        isFirst = false;
        contents.add(chunk);
        controller.enqueue(chunk);
      },
    }),
  );
}
