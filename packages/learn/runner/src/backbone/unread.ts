import { counted, type Encoder, type ScannedExample } from '@espalier/data';

/** Says how many texts are longer than what a network reads, and by how much; null where none is. */
export function unreadNote(encoder: Encoder, examples: readonly ScannedExample[]): string | null {
  const { unread } = encoder;
  if (unread === undefined) return null;
  const lengths = examples
    .map((example) => unread(example))
    .filter((count) => count > 0)
    .sort((a, b) => a - b);
  const most = lengths.at(-1);
  if (most === undefined) return null;
  const median = lengths[Math.floor(lengths.length / 2)] as number;
  const read = Object.values(encoder.buckets.at(-1) ?? {})[0]?.[0] ?? 0;
  return (
    `It reads the first ${counted(read, 'token')} of a text, and ${lengths.length} of ${counted(examples.length, 'text')} ${lengths.length === 1 ? 'is' : 'are'} longer, ` +
    `by ${counted(median, 'token')} at the median and ${most} at most: what they say there is not seen. ` +
    'Put what matters first, or take a network that reads more.'
  );
}
