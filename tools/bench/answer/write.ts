import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Item } from './item.js';

/**
 * Writes examples as a dataset that `espalier search` reads: class folders of files, or `texts.csv`.
 *
 * @returns the path to give to the command, and each example's class in the order of the paths or texts
 */
export async function writeItems(folder: string, items: readonly Item[]): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (items[0]?.content.kind === 'text') return writeTexts(join(folder, 'texts.csv'), items);
  for (const { name, label, group, content } of items) {
    await mkdir(join(folder, label), { recursive: true });
    const path = join(
      folder,
      label,
      group === undefined ? name : `group-${group.replaceAll('_', '-')}_${name}`,
    );
    if (content.kind === 'file') await copyFile(content.path, path);
    if (content.kind === 'bytes') await writeFile(path, content.bytes);
  }
  return folder;
}

async function writeTexts(path: string, items: readonly Item[]): Promise<string> {
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const lines = items.map(({ label, content }) =>
    [label, content.kind === 'text' ? content.text : ''].map(quoted).join(','),
  );
  await writeFile(path, ['label,text', ...lines, ''].join('\n'));
  return path;
}
