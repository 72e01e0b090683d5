import { registry } from '@espalier/base';
import { DatasetError } from '../errors.js';
import { mediaFolderReader } from './media-folder.js';
import type { DatasetReader } from './reader.js';
import { tableFolderReader } from './table-folder.js';
import { tableReader } from './table.js';

/** Readers by the layouts that they read. The first of these that recognises a dataset reads it. */
export const readers = registry<DatasetReader>('layout', DatasetError).of({
  'table-folder': tableFolderReader,
  'media-folder': mediaFolderReader,
  table: tableReader,
});

export type OwnLayout = (typeof readers.names)[number];

/** All readers in the order in which they are asked: a plugin knows what is its own better than we do. */
export function readersInOrder(): readonly DatasetReader[] {
  const own: ReadonlySet<string> = new Set(readers.names);
  const all = readers.entries();
  const inTurn = [...all.filter(([name]) => !own.has(name)), ...all.filter(([name]) => own.has(name))];
  return inTurn.map(([, reader]) => reader);
}
