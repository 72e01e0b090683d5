import { quoted } from '@espalier/report/format';

/** Address of the archive with all files of a model. */
export const archiveOf = (id: string): string => `/api/files/models/${id}/model.zip`;

/** Folder to unpack a model's archive into: its name, reduced to characters that need no quoting. */
const folderOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'model';

/**
 * Builds the command that serves a model.
 *
 * @param folder of the study on this machine; null where the model has to be downloaded first
 */
export function serveCommand(name: string, folder: string | null): string {
  if (folder !== null) return `npx espalier serve ${quoted(folder)}`;
  const place = folderOf(name);
  return `unzip model.zip -d ${place} && npx espalier serve ${place}`;
}
