import { csvReader } from './csv.js';
import { imageFolderReader } from './image-folder.js';
import { jsonlReader } from './jsonl.js';
import type { DatasetReader } from './reader.js';
import { tsvReader } from './tsv.js';

/** The first reader that recognises a source reads it. */
export const readers: readonly DatasetReader[] = [imageFolderReader, csvReader, tsvReader, jsonlReader];
