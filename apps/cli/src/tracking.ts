import { storePlace, trackStudy } from '@espalier/store';

/**
 * Makes a study known to the store, so that the dashboard shows it. A store in a folder has a list that
 * is read while the study runs; a server is told what became of it at the end.
 *
 * @param say told where that fails, for no search fails by it
 */
export async function track(
  folder: string,
  moment: 'begin' | 'end',
  say: (text: string) => void,
): Promise<void> {
  const place = storePlace();
  if ((place.kind === 'folder') !== (moment === 'begin')) return;
  await trackStudy(place, folder).catch((error: unknown) =>
    say(`The dashboard will not show this study: ${(error as Error).message}`),
  );
}
