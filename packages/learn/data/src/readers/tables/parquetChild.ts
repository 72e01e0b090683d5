import { serveHelper } from '@espalier/base/processes';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** What the process that tries a Parquet file is asked. */
export interface ParquetFunctions {
  /** Why the file cannot be read; null where it can. */
  damage(path: string): Promise<string | null>;
}

/**
 * Reads each column of each group of rows by itself: read together, damage in one would end the process
 * while another is waited for.
 */
async function readAll(path: string): Promise<void> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const names = new Set(group.columns.map(({ meta_data }) => meta_data?.path_in_schema[0] ?? ''));
    for (const name of names) {
      await parquetRead({ file, compressors, metadata, columns: [name], rowStart, rowEnd });
    }
    rowStart = rowEnd;
  }
}

const functions: ParquetFunctions = {
  damage: (path) =>
    readAll(path).then(
      () => null,
      (error: unknown) => (error as Error).message.split('\n')[0] ?? '',
    ),
};
serveHelper(functions);
