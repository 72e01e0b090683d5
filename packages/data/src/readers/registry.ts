import { mediaFolderReader } from './media-folder.js';
import type { DatasetReader } from './reader.js';
import { tableFolderReader } from './table-folder.js';
import { tableReader } from './table.js';

/** The first reader that recognises a source reads it. */
export const readers: readonly DatasetReader[] = [tableFolderReader, mediaFolderReader, tableReader];
