import type { FittedModel, Scope } from '../methods/method.js';
import { TimeUp, type Session } from '../study/session.js';
import { singlesOf, trialsOf, type Choice } from './choice.js';
import { fitChoice, fitSingle } from './fit.js';
import { learns, trainingSeconds } from './trainingTime.js';

/** A model of the answer, and what it was not given the time for. */
export interface FittedInTime {
  readonly model: FittedModel;
  readonly scope: Scope;
  readonly notes: readonly string[];
  /** Seconds that fitting it took. */
  readonly seconds: number;
}

/**
 * Fits the answer on all labelled examples but the test split's. A trial that cannot be trained again in the time
 * that is left answers with what it learnt from the training split in the search.
 */
export async function fitLabelled(session: Session, choice: Choice): Promise<FittedInTime> {
  const began = performance.now();
  const scope = (await isTrained(session, choice, 'labelled')) ? 'labelled' : 'searched';
  const model = await fitChoice(session, choice, scope);
  const notes =
    scope === 'labelled'
      ? []
      : [
          'The time was up before the answer could be trained on the validation split too: it is as the search trained it.',
        ];
  return { model, scope, notes, seconds: (performance.now() - began) / 1000 };
}

/** Fits the answer once more, on the test split too; where the time does not allow it, it stays as it was measured. */
export async function fitEverything(
  session: Session,
  choice: Choice,
  measured: FittedInTime,
): Promise<FittedInTime> {
  const began = performance.now();
  const fits = measured.scope === 'labelled' && session.left() > measured.seconds;
  if (fits && (await isTrained(session, choice, 'everything'))) {
    const model = await fitChoice(session, choice, 'everything');
    return { model, scope: 'everything', notes: [], seconds: (performance.now() - began) / 1000 };
  }
  const note =
    'The time was up before the model could learn from the test split too: it is as it was measured.';
  return { ...measured, notes: [note] };
}

/** Trains the trials of a choice for a scope, as far as the time allows; their weights are in the folder then. */
async function isTrained(session: Session, choice: Choice, scope: Scope): Promise<boolean> {
  const learning = singlesOf(choice).filter((single) => trialsOf(single).some(learns));
  const examples =
    session.judging.labelled.length + (scope === 'everything' ? session.data.splits.test.length : 0);
  const expected = learning
    .flatMap(trialsOf)
    .reduce((sum, trial) => sum + trainingSeconds(session, trial, examples), 0);
  if (expected > session.left()) return learning.length === 0;
  const limited = session.until(session.elapsed() + session.left());
  try {
    for (const single of learning) await fitSingle(limited, single, scope);
    return true;
  } catch (error) {
    if (error instanceof TimeUp) return false;
    throw error;
  }
}
