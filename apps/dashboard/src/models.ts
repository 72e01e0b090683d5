import { quoted } from '@espalier/report/format';

/** Where all files of a model are had as one. */
export const archiveOf = (id: string): string => `/api/files/models/${id}/model.zip`;

/** The folder that an archive of a model is unpacked into: its name, as far as a shell takes it plainly. */
const folderOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'model';

/**
 * What one types to serve a model.
 *
 * @param folder of the study on this machine; null where the model has to be downloaded first
 */
export function serveCommand(name: string, folder: string | null): string {
  if (folder !== null) return `npx espalier serve ${quoted(folder)}`;
  const place = folderOf(name);
  return `unzip model.zip -d ${place} && npx espalier serve ${place}`;
}
