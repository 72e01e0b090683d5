import { requireWords } from '../../checks/blank.js';
import { TextError } from '../../errors.js';

/** Longer cells are a mistake of the file far more often than a text; a novel's chapter has 20,000. */
export const MOST_CHARACTERS = 200_000;

/** @throws TextError where a text is empty, far too long or no text at all */
export function requireText(text: string, id: string): void {
  requireWords(text, id);
  if (text.length > MOST_CHARACTERS) {
    const [has, most] = [text.length, MOST_CHARACTERS].map((count) => count.toLocaleString('en'));
    throw new TextError(id, `the text has ${has} characters, and at most ${most} are read`);
  }
  if (text.includes('\0')) throw new TextError(id, 'the text holds binary data (a NUL character)');
}
