import type { StudyReport } from '@espalier/study';
import { count, percent, rate, trialTitle } from './format';

export interface Answer {
  /** What the leaderboard calls it. */
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  /** The trial that it is; null for a probe, a baseline or an average. */
  readonly trial: number | null;
  /** Id of the network that it reads; null where it needs none. */
  readonly backbone: string | null;
}

/** What a study answers with; reports of earlier versions name a trial alone. */
export function answerOf({ best, trials }: StudyReport): Answer {
  const configuration = trials.find(({ number }) => number === best.trial)?.configuration;
  const backbone = best.backbone === undefined ? (configuration?.backbone ?? null) : best.backbone;
  const name = best.name ?? trialTitle({ role: 'searched', number: best.trial ?? 0 });
  const title =
    best.title ??
    (configuration === undefined
      ? name
      : `${configuration.backbone}, trained from depth ${configuration.values['freezeDepth']} at ${rate(Number(configuration.values['learningRate']))}`);
  return { name, title, trial: best.kind === 'trial' ? best.trial : null, backbone };
}

/** As in `87.2 % (80.1 % to 92.0 %)`. */
export const withInterval = (accuracy: number, { low, high }: { low: number; high: number }): string =>
  `${percent(accuracy)} (${percent(low)} to ${percent(high)})`;

/** What the examples are by which the answer was chosen. */
const bases = { folds: 'by folds', validation: 'on the validation split' } as const;

/** What a finished study found, a sentence each: first whether a network was needed at all. */
export function headline(report: StudyReport): readonly string[] {
  const { best, baselines, leaderboard } = report;
  const { name, title } = answerOf(report);
  const { estimate, test, everything, learntFrom } = best;
  const basis = leaderboard[0] === undefined ? '' : ` ${bases[leaderboard[0].basis]}`;
  return [
    ...(best.neverAnswers === undefined ? [] : [best.neverAnswers]),
    ...(baselines.plain?.asGood === true ? [baselines.plain.sentence] : []),
    `The answer is ${name}: ${title}.`,
    ...(estimate === undefined
      ? []
      : [
          `Expect ${withInterval(estimate.accuracy, estimate)} on fresh examples, as measured${basis}, the choice among many allowed for.`,
        ]),
    `On the test split it classifies ${withInterval(test.accuracy, test.interval)} correctly.`,
    ...learntSentence(everything, learntFrom),
  ];
}

function learntSentence(everything: boolean, learntFrom: number | undefined): readonly string[] {
  if (learntFrom === undefined) return [];
  return [
    everything
      ? `Once it was measured, the model learnt from everything: all ${count(learntFrom)} labelled examples, the test split included.`
      : `The model learnt from ${count(learntFrom)} examples and has not seen the test split.`,
  ];
}
