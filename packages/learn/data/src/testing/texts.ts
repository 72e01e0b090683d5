import { writeFile } from 'node:fs/promises';
import { createRandom } from '@espalier/base/random';

const subjects = {
  billing: ['invoice', 'refund', 'charge', 'payment'],
  delivery: ['parcel', 'courier', 'shipping', 'address'],
  login: ['password', 'account', 'code', 'email'],
} as const;
const fillers = ['please', 'help', 'with', 'my', 'the', 'about', 'again', 'today', 'still', 'wrong', 'lost'];
/** Every word of {@link writeTexts}. */
export const textWords = [...Object.values(subjects).flat(), ...fillers];

/** Sentences of three kinds, of 3 to 40 words, that single words tell apart. */
export async function writeTexts(path: string, perClass: number): Promise<void> {
  const lines = Object.entries(subjects).flatMap(([label, own]) =>
    Array.from({ length: perClass }, (_, i) => {
      const random = createRandom('text', label, i);
      const length = 3 + random.integer(random.uniform() < 0.3 ? 38 : 6);
      const sentence = Array.from({ length }, () => random.pick(random.uniform() < 0.5 ? own : fillers));
      return `${label},${sentence.join(' ')} ${random.pick(own)}`;
    }),
  );
  await writeFile(path, ['label,text', ...lines].join('\n'));
}
