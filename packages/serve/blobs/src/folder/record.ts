import { z } from 'zod';
import { BlobError } from '../errors.js';
import { openFile, unlessMissing } from './walk.js';

const recordSchema = z.strictObject({
  key: z.string(),
  /** Suffix of the blob's content file. */
  content: z.string().regex(/^[0-9a-f]{16}$/),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  contentType: z.string(),
});

/** Record beside the content, which determines the valid content. */
export type BlobRecord = z.infer<typeof recordSchema>;

/**
 * Reads the record of a key; null where there is none.
 *
 * @throws BlobError `damaged`, or `place` where the file system has another key's file under this name
 */
export async function readRecord(path: string, key: string): Promise<BlobRecord | null> {
  const text = await unlessMissing(async () => {
    const handle = await openFile(path);
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  });
  if (text === null) return null;
  const parsed = recordSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new BlobError('damaged', `${path} is damaged; store the blob again, with overwrite`);
  }
  if (parsed.data.key !== key) {
    throw new BlobError(
      'place',
      `${path} belongs to the key ${parsed.data.key}, which this file system treats as the same name as ${key}; ` +
        'choose a key that differs in more than upper and lower case',
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
