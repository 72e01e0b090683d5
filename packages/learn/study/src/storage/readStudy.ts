import { StudyError } from '../errors.js';
import { beginningOf, FoldError, foldEvent, type StudyLog } from '../course/fold.js';
import type { StudyStorage } from './storage.js';

/**
 * The state of a study: what its whole history adds up to.
 *
 * @param where names the history in messages
 * @throws StudyError where there is no study, or its history is damaged
 */
export async function readStudy(storage: Pick<StudyStorage, 'read'>, where: string): Promise<StudyLog> {
  const { events } = await storage.read(0);
  const [header, ...rest] = events;
  if (header?.type !== 'study') throw new StudyError(`${where} does not begin with a study; it is damaged`);
  try {
    return rest.reduce(foldEvent, beginningOf(header));
  } catch (cause) {
    if (!(cause instanceof FoldError)) throw cause;
    throw new StudyError(`${where} is damaged: ${cause.message}`, { cause });
  }
}
