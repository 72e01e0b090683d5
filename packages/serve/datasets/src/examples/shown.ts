import { open } from 'node:fs/promises';
import { audioMediaType } from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { DatasetsError } from '../errors.js';
import type { ExampleContent } from './protocol.js';
import { keptThumbnail, type Picture } from './thumbnails.js';

/**
 * Makes what people are shown of a file.
 *
 * @param id of its example
 * @param thumbnails folder where pictures that were made small are kept
 * @throws DatasetsError where a file of the modality is not shown, or is none
 */
type Show = (file: Picture, id: string, thumbnails: string) => Promise<ExampleContent>;

const refused = (message: string): Promise<never> => Promise.reject(new DatasetsError('invalid', message));

/** Preview of a file by modality. */
export const shownFiles: Readonly<Record<Modality, Show>> = {
  image: async (file, id, thumbnails) => ({
    kind: 'picture',
    contentType: 'image/webp',
    bytes: await keptThumbnail(file, id, thumbnails),
  }),
  audio: (file) =>
    file.kind === 'file'
      ? recordingOf(file.path)
      : refused('recordings inside a table cannot be played; store the recording as a file'),
  text: () => refused('the example is a file, but the dataset holds texts'),
};

/** Of a recording, by which it is known. */
const HEAD_BYTES = 65_536;

async function recordingOf(path: string): Promise<ExampleContent> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = new Uint8Array(Math.min(size, HEAD_BYTES));
    await file.read(head, 0, head.length, 0);
    const contentType = audioMediaType(head);
    if (contentType === null)
      throw new DatasetsError('invalid', 'the content of the file is not a recording');
    return { kind: 'recording', contentType, path, bytes: size };
  } finally {
    await file.close();
  }
}
