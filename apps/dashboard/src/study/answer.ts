import type { StudyReport } from '@espalier/study';
import { namedValue } from '@espalier/study/words';
import { count, rate, trialTitle, withInterval } from '../format';
import { viewOf } from '../tasks';

export interface Answer {
  /** Name on the leaderboard. */
  readonly name: string;
  /** Description for people. */
  readonly title: string;
  /** Number of the trial; null for a probe, a baseline or an average. */
  readonly trial: number | null;
  /** Id of the backbone whose features it reads; null where it needs none. */
  readonly backbone: string | null;
}

/** The answer of a study; reports of earlier versions name only a trial. */
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

/** The examples on which the answer was chosen. */
const bases = { folds: 'in cross-validation', validation: 'on the validation split' } as const;

/** Describes the result of a finished study, a sentence each: first whether a network was needed at all. */
export function headline(report: StudyReport): readonly string[] {
  const { best, baselines, leaderboard } = report;
  const { name, title } = answerOf(report);
  const { estimate, everything, learntFrom } = best;
  const basis = leaderboard[0] === undefined ? '' : ` ${bases[leaderboard[0].basis]}`;
  return [
    ...(best.neverAnswers === undefined ? [] : [best.neverAnswers]),
    ...(baselines.plain?.asGood === true ? [baselines.plain.sentence] : []),
    `The answer is ${name}: ${title}.`,
    ...(estimate === undefined
      ? []
      : [
          `Expect ${namedValue(report.metric, withInterval(estimate, report.metric))} on fresh examples: measured${basis}, and corrected for the choice among many.`,
        ]),
    viewOf(report).result(report),
    ...learntSentence(everything, learntFrom),
  ];
}

function learntSentence(everything: boolean, learntFrom: number | undefined): readonly string[] {
  if (learntFrom === undefined) return [];
  return [
    everything
      ? `After the measurement, the model learnt from all ${count(learntFrom)} labelled examples, including the test split.`
      : `The model learnt from ${count(learntFrom)} examples and has not seen the test split.`,
  ];
}
