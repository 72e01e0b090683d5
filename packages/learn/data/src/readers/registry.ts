import { DatasetError } from '../errors.js';
import { mediaFolderReader } from './media-folder.js';
import type { DatasetReader } from './reader.js';
import { tableFolderReader } from './table-folder.js';
import { tableReader } from './table.js';

const own: readonly DatasetReader[] = [tableFolderReader, mediaFolderReader, tableReader];

const registered: DatasetReader[] = [];

/**
 * Makes a plugin's reader one that is asked, before those that come with Espalier.
 *
 * @throws DatasetError where its format has a reader
 */
export function registerReader(reader: DatasetReader): void {
  if (allReaders().some(({ format }) => format === reader.format)) {
    throw new DatasetError(`There is a reader of ${reader.format} already`);
  }
  registered.push(reader);
}

/** The first reader that recognises a source reads it. */
export const allReaders = (): readonly DatasetReader[] => [...registered, ...own];
