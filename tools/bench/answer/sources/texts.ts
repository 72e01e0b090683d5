import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Item, Source } from '../item.js';

/** Lines of tab-separated tables without quotes. */
const table =
  (files: (shared: string) => readonly string[], label: string, text: string): Source =>
  async ({ shared }) => {
    const items: Item[] = [];
    for (const path of files(shared)) {
      const [header, ...lines] = (await readFile(path, 'utf8'))
        .split('\n')
        .filter((line) => line.trim() !== '');
      const titles = (header as string).split('\t');
      for (const line of lines) {
        const cells = line.split('\t');
        const [name, found] = [String(items.length), cells[titles.indexOf(label)] as string];
        items.push({
          name,
          label: found,
          content: { kind: 'text', text: cells[titles.indexOf(text)] as string },
        });
      }
    }
    return items;
  };

const shared =
  (...names: readonly string[]) =>
  (root: string): string[] =>
    names.map((name) => join(root, 'data', name));

export const questions = table(shared('trec/train.tsv', 'trec/test.tsv'), 'coarse', 'question');
export const reviews = table(shared('sst2/train.tsv', 'sst2/test.tsv'), 'label', 'sentence');
export const textMessages = table(shared('sms_spam/sms.tsv'), 'label', 'text');
export const supportMessages = table(
  () => [fileURLToPath(new URL('../../../../messages/messages.tsv', import.meta.url))],
  'label',
  'text',
);
