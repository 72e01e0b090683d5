import { storePlace, trackStudy } from '@espalier/store';

/**
 * Registers a study in the store, so that the dashboard shows it. The list of this machine is read
 * while the study runs; a PostgreSQL server receives the result at the end in any case.
 *
 * @param say reports a failure, which does not end the search
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
