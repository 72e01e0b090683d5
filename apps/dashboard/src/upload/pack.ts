import { makeZip } from 'client-zip';
import type { Packed } from './gather';

export interface PackOptions {
  readonly signal?: AbortSignal;
  /** Told how many bytes were read, which each file is once for its check sum. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * One zip of many files, in which they are stored as they are. It is made of the files themselves and what
 * stands between them, so none of it is in memory: the browser reads them again as they are sent.
 *
 * @param name of the file that comes of it, without its ending
 * @throws the signal's reason; a DOMException where a file cannot be read any more
 */
export async function packFiles(
  name: string,
  entries: readonly Packed[],
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
    // What is of a file is there in the file.
    if (contents.has(value)) onProgress?.((done += value.length), total);
    else between.push(new Uint8Array(value));
  }
  flush();
  const lastModified = Math.max(0, ...entries.map(({ file }) => file.lastModified));
  return new File(parts, `${name}.zip`, { type: 'application/zip', lastModified });
}

/** The content of a file, whose pieces are known again; `onFirst` is called before the first. */
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
