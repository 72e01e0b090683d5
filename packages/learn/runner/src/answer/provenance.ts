import { methodOf, methods } from '@espalier/search';
import { searchedTrials, type Provenance, type TrialRecord } from '@espalier/study';
import type { Scope } from '../methods/method.js';
import type { Probed } from '../probes/probing.js';
import type { Session } from '../study/session.js';
import type { LeaderboardEntry } from './leaderboard.js';
import { learns } from './trainingTime.js';

/** What a study did, as far as it decides which examples chose what. */
export interface Done {
  readonly probed: readonly Probed[];
  readonly trials: readonly TrialRecord[];
  readonly leaderboard: readonly LeaderboardEntry[];
  /** What the answer that was measured has learnt from, and the one that was written. */
  readonly measured: Scope;
  readonly written: Scope;
}

type Examples = Pick<Provenance, 'by' | 'examples'>;

/** Says which examples chose what in a study, by what the study did. */
export function provenanceOf(session: Session, done: Done): Provenance[] {
  const { probed, trials, leaderboard } = done;
  const { judging, data } = session;
  const validation = { by: 'the validation split', examples: data.splits.validation.length };
  const searched = searchedTrials(trials).filter(({ epochs }) => epochs.length > 0);
  const has = (kind: LeaderboardEntry['kind']): boolean => leaderboard.some((line) => line.kind === kind);
  const atOnce = searched.some(({ configuration }) => methods.get(methodOf(configuration)).epochs !== null);
  const rows: readonly (readonly [isDone: boolean, what: string, examples: Examples])[] = [
    [probed.length > 0, 'Penalty of each linear classifier', judges(session)],
    [
      atOnce,
      'Penalty and temperature of trials that are fitted in one go',
      judging.basis === 'folds'
        ? { by: 'folds of the training split', examples: data.splits.train.length }
        : validation,
    ],
    [searched.length > 1, 'Backbones, depths and settings of trials', validation],
    [searched.some(learns), 'Epoch whose weights a trial keeps', validation],
    [has('soup'), 'Members of soups', validation],
    [has('average'), 'Members and shares of averages', judges(session)],
    [true, 'Answer', judges(session)],
    [true, 'Final fit, measured on the test split (chooses nothing)', learntFrom(session, done.measured)],
    [
      done.written !== done.measured,
      'Final fit, written to model.onnx (chooses nothing)',
      learntFrom(session, done.written),
    ],
    [true, 'Test score', { by: 'the test split, which chose nothing', examples: data.splits.test.length }],
  ];
  return rows.flatMap(([isDone, what, examples]) => (isDone ? [{ what, ...examples }] : []));
}

/** The examples that everything is compared by. */
function judges({ judging }: Session): Examples {
  const { basis, plan, rows } = judging;
  const by =
    basis === 'folds'
      ? `${plan.folds} folds of the training and validation splits together`
      : 'the validation split';
  return { by, examples: rows.length };
}

function learntFrom({ data: { splits } }: Session, scope: Scope): Examples {
  const [train, labelled] = [splits.train.length, splits.train.length + splits.validation.length];
  switch (scope) {
    case 'searched':
      return { by: 'the training split', examples: train };
    case 'labelled':
      return { by: 'the training and validation splits', examples: labelled };
    case 'everything':
      return { by: 'all three splits', examples: labelled + splits.test.length };
  }
}
