import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { DatasetError } from '../errors.js';
import { originOf, unusableOf, type DatasetReader, type ReadOptions, type Rows } from './reader.js';
import { isLeftover } from './folders/leftovers.js';
import { splitNamed } from './folders/splitName.js';
import { tableReader } from './table.js';
import { formatOf } from './tables/tables.js';

/** A folder of tables named after their splits, such as `train.tsv` and `test.tsv`, or of one table. */
export const tableFolderReader: DatasetReader = {
  format: 'table-folder',
  description: 'a folder of tables named train, validation (or dev) and test',
  recognises: async ({ kind, path }) => {
    if (kind !== 'folder') return false;
    const entries = await visible(path);
    const folders = entries.filter((entry) => entry.isDirectory());
    const tables = tablesIn(entries.map(({ name }) => name));
    return folders.length === 0 && (tables.length === 1 || splitTables(tables).length > 1);
  },
  read: ({ path }, options) => readTables(path, options),
};

const visible = async (folder: string): Promise<{ name: string; isDirectory(): boolean }[]> =>
  (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !isLeftover(name));

const tablesIn = (names: readonly string[]): string[] =>
  names.filter((name) => formatOf(name) !== undefined).sort();

const splitOf = (name: string): ReturnType<typeof splitNamed> => splitNamed(basename(name, extname(name)));
const splitTables = (tables: readonly string[]): string[] =>
  tables.filter((name) => splitOf(name) !== undefined);

async function readTables(folder: string, options: ReadOptions): Promise<Rows> {
  const tables = tablesIn((await visible(folder)).map(({ name }) => name));
  const named = splitTables(tables);
  const used = named.length > 1 ? named : tables;
  const splits = used.map(splitOf);
  const twice = used.find((_, i) => splits[i] !== undefined && splits.indexOf(splits[i]) !== i);
  if (twice !== undefined) {
    throw new DatasetError(`${folder} holds two tables for the ${splitOf(twice)} split; remove one.`);
  }
  const parts = await Promise.all(
    used.map((name) => tableReader.read({ path: join(folder, name), kind: 'file' }, options)),
  );
  const modality = (parts[0] as Rows).modality;
  const odd = parts.findIndex((part) => part.modality !== modality);
  if (odd >= 0) {
    throw new DatasetError(
      `${folder}: ${used[0]} holds ${modality} examples and ${used[odd]} ${parts[odd]?.modality} examples; ` +
        'name the column with --text, --image-column or --audio-column.',
    );
  }
  const rows = parts.flatMap((part, i) =>
    part.rows.map((row) => {
      const split = used.length > 1 ? (splits[i] ?? row.split) : row.split;
      return split === undefined ? row : { ...row, split };
    }),
  );
  const unused = tables.filter((name) => !used.includes(name));
  const own = used.length > 1 ? [`Kept the dataset's own splits: ${used.join(', ')}.`] : [];
  const ignored = unused.map((name) => `Ignored the table ${name}: it is not named after a split.`);
  const notes = [...new Set(parts.flatMap((part) => part.notes))];
  return {
    root: folder,
    modality,
    rows,
    unusable: unusableOf(parts),
    ...originOf(parts),
    notes: [...own, ...ignored, ...notes],
  };
}
