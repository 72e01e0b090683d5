import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Modality } from '@espalier/transfer';
import { DatasetError } from '../errors.js';
import { isOfFiles, modalityNames, nouns } from '../modalities/allFacts.js';
import { counted } from '../words.js';
import { decodeText } from './encoding.js';
import { encodingNotes, isMediaPath, textOrThrow } from './files.js';
import { findLayout, type LabelledPart } from './folders/layout.js';
import { originOf, unusableOf, type DatasetReader, type ReadOptions, type Row, type Rows } from './reader.js';
import { tableReader } from './table.js';
import { formatOf } from './tables/tables.js';
import { Walk } from './folders/walk.js';

/** One sub-folder a class, or train/, validation/ and test/ folders of class folders or of a table each. */
export const mediaFolderReader: DatasetReader = {
  format: 'media-folder',
  description: 'a folder with one sub-folder of images, recordings or text files for each class',
  recognises: (source) => source.kind === 'folder',
  read: async (source, options) => readMediaFolder(source.path, options),
};

async function readMediaFolder(root: string, options: ReadOptions): Promise<Rows> {
  const { modality, notes } = await modalityOf(root);
  const walk = new Walk(root, await realpath(root), modality);
  if ((await walk.look(root)).folders.length === 0) throw await noClassFolders(root);
  await walk.noteStrays(root);
  const layout = await findLayout(walk);
  const parts: Rows[] = [];
  for (const part of layout.parts) parts.push(await readPart(walk, part, options));
  const found = parts.map((part) => part.modality);
  const odd = found.find((other) => other !== found[0]);
  if (odd !== undefined) {
    throw new DatasetError(
      `${root} holds ${nouns[found[0] as Modality]}s and ${nouns[odd]}s; give one of them.`,
    );
  }
  return {
    root,
    modality: found[0] ?? modality,
    rows: parts.flatMap(({ rows }) => rows),
    unusable: unusableOf(parts),
    ...originOf(parts),
    notes: [...notes, ...layout.notes, ...new Set(parts.flatMap((part) => part.notes)), ...walk.notes()],
  };
}

async function readPart(walk: Walk, part: LabelledPart, options: ReadOptions): Promise<Rows> {
  const split = part.split === null ? {} : { split: part.split };
  if (part.labels.kind === 'table') {
    const table = await tableReader.read({ path: part.labels.path, kind: 'file' }, options);
    const rows = table.rows.map((row) => ({ ...row, id: `${walk.idOf(part.folder)}/${row.id}`, ...split }));
    return { ...table, rows };
  }
  const rows: Row[] = [];
  for (const name of part.labels.classes) {
    const examples = await readClass(walk, join(part.folder, name), name);
    rows.push(...examples.map((row) => ({ ...row, ...split })));
  }
  const read = isOfFiles(walk.modality) ? { rows, notes: [] } : await withTexts(rows);
  return {
    root: walk.root,
    modality: walk.modality,
    ...read,
    labelsFrom: 'the names of the sub-folders',
  };
}

/** The modality most files of a folder have by their names; images where there are none. */
async function modalityOf(root: string): Promise<{ modality: Modality; notes: string[] }> {
  const names = await readdir(root, { recursive: true });
  const found = modalityNames.map((modality) => ({
    modality,
    count: names.filter((name) => isMediaPath(modality, name)).length,
  }));
  const [most, ...others] = found.sort((a, b) => b.count - a.count) as [
    (typeof found)[number],
    ...typeof found,
  ];
  if (most.count === 0) return { modality: modalityNames[0] as Modality, notes: [] };
  // Notes and licences as text files beside media are no examples.
  const rivals = others.filter(({ count, modality }) => count > 0 && isOfFiles(modality));
  const notes = rivals.map(
    ({ count, modality }) =>
      `Ignored ${counted(count, nouns[modality])}: most files are ${nouns[most.modality]}s (${most.count}).`,
  );
  return { modality: most.modality, notes };
}

async function readClass(walk: Walk, folder: string, className: string): Promise<Row[]> {
  const paths = await walk.media(folder);
  if (paths.length === 0) {
    const plural = `${nouns[walk.modality]}s`;
    throw new DatasetError(
      `Class folder ${folder} has no ${plural}; add ${plural} to it or remove the folder.`,
    );
  }
  return paths.map((path) => ({ id: walk.idOf(path), content: { kind: 'file', path }, className }));
}

/** Reads the files of a dataset of texts. All that are not Unicode are taken for one encoding: one text is short. */
async function withTexts(rows: readonly Row[]): Promise<{ rows: Row[]; notes: string[] }> {
  const files = await Promise.all(
    rows.map(async (row) => {
      const path = row.content.kind === 'file' ? row.content.path : '';
      const bytes = await readFile(path);
      return { row, path, bytes, decoded: decodeText(bytes) };
    }),
  );
  const foreign = files.filter(({ decoded }) => decoded.kind === 'text' && decoded.encoding !== null);
  const like = Buffer.concat(foreign.map(({ bytes }) => bytes));
  const read = files.map(({ row, path, bytes, decoded }) => {
    const again = decoded.kind === 'text' && decoded.encoding !== null ? decodeText(bytes, like) : decoded;
    const { text, encoding } = textOrThrow(path, again);
    return { row: { ...row, content: { kind: 'text', text } as const }, encoding };
  });
  const notes = encodingNotes(
    read.map(({ encoding }) => encoding),
    `${foreign.length} of ${counted(files.length, 'file')}`,
  );
  return { rows: read.map(({ row }) => row), notes };
}

async function noClassFolders(root: string): Promise<DatasetError> {
  const names = await readdir(root);
  const manifest = names.find((name) => formatOf(name) !== undefined);
  if (manifest !== undefined) {
    return new DatasetError(
      `${root} has no class folders; to use its manifest give ${join(root, manifest)} as the dataset.`,
    );
  }
  const found = names.length === 0 ? 'is empty' : 'has no sub-folders';
  return new DatasetError(
    `The folder ${root} ${found}; put the files of each class in a sub-folder named after the class.`,
  );
}
