import { readWeights, type Weights } from '../checkpoint.js';
import { StudyError } from '../errors.js';
import { trialName } from '../search.js';
import { weightsPath, type Session } from '../session.js';

/** Reads back what a trial learned. */
export async function trialWeights(session: Pick<Session, 'folder'>, number: number): Promise<Weights> {
  const weights = await readWeights(weightsPath(session.folder, trialName(number)));
  if (weights === null) {
    throw new StudyError(`the weights of trial ${number} were not kept; the best five trials' are`);
  }
  return weights;
}
