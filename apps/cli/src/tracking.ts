import { storePlace, trackStudy } from '@espalier/store';

/**
 * Makes a study known to the store, so that the dashboard shows it. The list of this machine is read
 * while the study runs; a PostgreSQL server is told what became of it at the end, whoever reads the list.
 *
 * @param say told where that fails, for no search fails by it
 */
export async function track(
  folder: string,
  moment: 'begin' | 'end',
  say: (text: string) => void,
): Promise<void> {
  const place = storePlace();
  if (moment === 'end' && place.kind === 'folder') return;
  const told = moment === 'end' ? place : storePlace({ ...process.env, DATABASE_URL: '' });
  await trackStudy(told, folder).catch((error: unknown) =>
    say(`The dashboard will not show this study: ${(error as Error).message}`),
  );
}
