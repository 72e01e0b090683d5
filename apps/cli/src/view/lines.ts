import { metrics as known } from '@espalier/metrics';
import { inSentence, namedValue, writeIn } from '@espalier/study/words';
import { counted } from '@espalier/data';
import { isOfFiles, modalityFacts, nouns } from '@espalier/data/modalities';
import { dimensions } from '@espalier/search';
import { searchedTrials, type Configuration, type TrialKey } from '@espalier/study';
import { quoted } from '@espalier/report/format';
import type { FinishedStudy, StudyNews } from '@espalier/sdk';
import { emptyState, follow, withAll, writeObjective, type SearchState } from './state.js';
import { standings } from './table.js';
import type { Modality } from '@espalier/transfer';
import { duration, percent, printable, shownPath, type SearchView } from './view.js';

const phases = {
  reading: 'Reading the examples',
  caching: 'Caching activations',
  probing: 'Fitting probes and baselines to fixed features',
  training: null,
  baseline: 'Training the baseline from random weights',
  judging: 'Cross-validating the best trials',
  finishing: 'Refitting and measuring the answer',
} as const;

/** Interval between two progress lines of a long phase. */
const EVERY_MS = 10_000;

/** Shows a search in plain lines, for logs and pipes. */
export function createLines(write: (line: string) => void): SearchView {
  let state = emptyState;
  let phase: string | null = null;
  let said = performance.now();
  const sayProgress = (event: Extract<StudyNews, { kind: 'progress' }>): void => {
    const text = phases[event.phase];
    const begins = event.phase !== phase;
    const late = performance.now() - said > EVERY_MS;
    phase = event.phase;
    if (text === null || event.total === 0 || (!begins && !late)) return;
    said = performance.now();
    write(begins ? `${text} ...` : `${text}: ${event.done} of ${event.total}`);
  };
  return {
    onEvent: (event) => {
      state = follow(state, event);
      if (event.kind === 'progress') sayProgress(event);
      for (const line of linesOf(event, state)) write(line);
    },
    say: write,
    finish: (study) => {
      write(standings(withAll(state, study.trials), study, 30));
      for (const line of summary(study)) write(line);
    },
    close: () => undefined,
  };
}

/** Formats an event as lines. */
export function linesOf(event: StudyNews, state: SearchState): string[] {
  switch (event.kind) {
    case 'data': {
      const { name, classes, splits, corrupt, leaks, balance, notes } = event.data;
      const { train, validation, test } = splits;
      return [
        `${printable(name)}: ${counted(classes.length, 'class', 'classes')}, ${counted(train.length, 'example')} to train, ${validation.length} to validate, ${test.length} to test`,
        classLine(event.data),
        ...corrupt.slice(0, 5).map(({ id, reason }) => `skipped ${printable(id)}: ${reason}`),
        ...(corrupt.length > 5
          ? [
              `skipped ${counted(corrupt.length - 5, 'more example')}; the report names ${corrupt.length === 6 ? 'it' : 'them'}`,
            ]
          : []),
        ...(leaks.length > 0 ? [leakSentence(leaks.length)] : []),
        ...(balance.note === undefined ? [] : [printable(balance.note)]),
        ...notes.map(printable),
      ];
    }
    case 'backbone': {
      const { backbone, stages, parameterCount } = event.prepared;
      return [
        `${backbone.id}: ${counted(stages.length, 'stage')}, ${counted(parameterCount, 'parameter')}, licence ${backbone.licence.spdx}; freeze depths ${event.depths.join(', ')}`,
      ];
    }
    case 'cached':
      return [
        `${event.backbone}: ${counted(event.result.computed, 'activation')} computed, ${event.result.found} found`,
      ];
    case 'note':
      return [printable(event.text)];
    case 'probed': {
      const { number, role, backbone, title, value, low, high, loss, basis } = event.record;
      const write = (one: number): string => writeObjective(state, one);
      const what = backbone === null ? `${title}, no network` : `${backbone}, ${title}`;
      return [
        `${role}-${number}: ${what}: ${write(value)} (${write(low)} to ${write(high)}, log loss ${loss.toFixed(3)}) by ${basis === 'folds' ? 'cross-validation' : 'validation'}`,
      ];
    }
    case 'trial-started': {
      const { configuration } = event.trial;
      return [`${nameOf(event.trial)}: ${configuration.backbone}, ${describe(configuration)}`];
    }
    case 'epoch': {
      const { epoch, trainLoss, validationLoss, metrics, seconds, averaged } = event.record;
      const mean = averaged === undefined ? '' : `, by the mean weights of ${averaged} epochs`;
      const measured = Object.entries(metrics).map(([name, value]) => `, ${measuredText(name, value)}`);
      return [
        `${nameOf(event)}, epoch ${epoch}: training loss ${trainLoss.toFixed(3)}, validation loss ${validationLoss.toFixed(3)}${measured.join('')}${mean} (${duration(seconds)})`,
      ];
    }
    case 'trial-ended':
      return [`${nameOf(event.trial)} ${event.trial.status}: ${event.trial.reason}`];
    case 'space':
      return [];
    case 'resumed': {
      const ended = searchedTrials(event.trials).filter(({ status }) => status !== 'running').length;
      return [
        `Resuming: ${counted(ended, 'trial has', 'trials have')} ended so far, in ${duration(event.elapsed)}`,
      ];
    }
    case 'progress':
      return [];
  }
}

const nameOf = (key: TrialKey): string =>
  key.role === 'searched' ? `trial ${key.number}` : `baseline ${key.number}`;

/** Formats the values of a configuration, in the order of the dimensions. */
const describe = ({ values }: Configuration): string =>
  dimensions
    .entries()
    .flatMap(([name, { label, write }]) => {
      const value = values[name];
      return value === undefined ? [] : [`${label.toLowerCase()} ${write(value)}`];
    })
    .join(', ');

/** Number of classes listed with their counts. */
const SHOWN_CLASSES = 20;

/** Describes the classes and their source, so that users can check them before training. */
function classLine({ classes, splits, labelsFrom }: Extract<StudyNews, { kind: 'data' }>['data']): string {
  const counts = new Array<number>(classes.length).fill(0);
  for (const { label } of Object.values(splits).flat()) counts[label] = (counts[label] ?? 0) + 1;
  const shown = classes.slice(0, SHOWN_CLASSES).map((name, i) => `${printable(name)} (${counts[i]})`);
  const more = classes.length - shown.length;
  const from = labelsFrom === null ? '' : `, from ${printable(labelsFrom)}`;
  return `Classes${from}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const leakSentence = (count: number): string =>
  count === 1
    ? 'Leakage: 1 pair of near duplicates lies in different splits; the report lists it'
    : `Leakage: ${count} pairs of near duplicates lie in different splits; the report lists them`;

/** Sample input of `predict` for a model of a modality. */
const askedFor = (modality: Modality): string =>
  isOfFiles(modality) ? `<${nouns[modality]}s>` : `'<${modalityFacts.get(modality).words.example}>'`;

/** Formats the result and the next commands. */
export function summary({
  folder,
  answer,
  metrics,
  verdicts,
  report,
  files,
  seconds,
  reason,
}: FinishedStudy): string[] {
  const { test } = metrics;
  const { trivial, random, plain } = report.baselines;
  const write = (value: number): string => writeIn(report.metric, value);
  const within = ({ low, high }: { readonly low: number; readonly high: number }): string =>
    `95 % interval ${write(low)} to ${write(high)}`;
  const balanced = test.classification?.balancedAccuracy;
  const { estimate, everything, learntFrom, neverAnswers } = report.best;
  const beside = random === null ? '' : `, baseline from random weights ${write(random.test)}`;
  return [
    '',
    `${reason} (${duration(seconds)})`,
    ...(neverAnswers === undefined ? [] : [printable(neverAnswers)]),
    ...(plain?.asGood === true ? [plain.sentence] : []),
    `Answer: ${answer.name} (${printable(answer.title)}), test ${inSentence(report.metric.label)} ${write(test.value)} (${within(test)}); ${report.dataset.imbalance === null || balanced === undefined ? '' : `balanced accuracy ${percent(balanced)}; `}${inSentence(printable(trivial.title))} ${write(trivial.value)}${beside}.`,
    ...(estimate === undefined
      ? []
      : [
          `Expect ${namedValue(report.metric, write(estimate.value))} on fresh examples (${within(estimate)}): estimated on the examples that chose the answer, and corrected for that choice.`,
        ]),
    ...(everything
      ? [
          `After the measurement, the model learnt from all ${learntFrom} labelled examples, including the test split.`,
        ]
      : []),
    verdicts.transfer.sentence,
    verdicts.overfitting.sentence,
    '',
    `Report:  ${shownPath(files.report)}`,
    `Model:   ${shownPath(files.model)}`,
    `Others:  espalier predict ${quoted(shownPath(folder))} ${askedFor(report.dataset.modality)} --entry <entry from the list>`,
    `Next:    espalier predict ${quoted(shownPath(folder))} ${askedFor(report.dataset.modality)}`,
  ];
}

/** A metric as people read it; one that this version does not know goes by its name. */
function measuredText(name: string, value: number): string {
  if (!known.has(name)) return `${name} ${value.toFixed(3)}`;
  const { label, unit } = known.get(name);
  return `${inSentence(label)} ${writeIn({ unit }, value)}`;
}
