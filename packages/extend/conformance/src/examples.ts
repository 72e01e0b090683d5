import { join } from 'node:path';
import type { Encodable } from '@espalier/data';
import { writeNoisyPicture, writeTones } from '@espalier/data/testing';
import type { Modality } from '@espalier/transfer';

export const EXAMPLES = 3;

/** Of different lengths, so that they have to be filled up. */
const texts = [
  'my order never came',
  'How do I change the e-mail address of my account? The page says it is taken, but it is mine.',
  'Thanks, that worked at once!',
];

const makers: Readonly<Record<Modality, (folder: string, index: number) => Promise<Encodable['content']>>> = {
  image: async (folder, index) => {
    const path = join(folder, `picture-${index}.png`);
    await writeNoisyPicture(path, index);
    return { kind: 'file', path };
  },
  audio: async (folder, index) => {
    const path = join(folder, `recording-${index}.wav`);
    await writeTones(path, index);
    return { kind: 'file', path };
  },
  text: (_, index) => Promise.resolve({ kind: 'text', text: texts[index] as string }),
};

/** Examples of a modality that no backbone should take for one another; files are written to `folder`. */
export const makeExamples = (modality: Modality, folder: string): Promise<Encodable[]> =>
  Promise.all(
    Array.from({ length: EXAMPLES }, async (_, index) => ({
      id: `example ${index}`,
      content: await makers[modality](folder, index),
    })),
  );
