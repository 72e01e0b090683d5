import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '@espalier/base/files';
import { metrics, silentClasses } from '@espalier/metrics';
import { writeReport } from '@espalier/report';
import type { BaselineResult, Candidate, StudyResult } from '@espalier/runner';
import { dimensions, explainSearch, writtenValues } from '@espalier/search';
import { bestEpoch, REPORT_VERSION, type Objective, type StudyReport } from '@espalier/study';
import type { Source } from '@espalier/transfer';
import { plainSentence } from './plainSentence.js';
import { costsOf } from './costs.js';
import { evidenceOf } from './evidence.js';
import { version } from '../version.js';

const PREPROCESSING = 'preprocessing.json';

/**
 * Writes the documents of a finished study into its folder: report, charts, model card and
 * preprocessing.
 *
 * @param resume the study's folder for readers of the report; null if the folder is temporary
 */
export async function writeFindings(
  result: StudyResult,
  resume: string | null = result.folder,
): Promise<StudyReport> {
  const report = reportOf(result, resume);
  await writePreprocessing(result);
  await writeReport(result.folder, report);
  return report;
}

/** Writes the preprocessing of the model's input, for use without Espalier. */
async function writePreprocessing(result: StudyResult): Promise<void> {
  const { inputs, assets, card } = result.best;
  const content = {
    inputs,
    assets,
    ...card.preprocessing,
    outputs: ['logits', 'probabilities'],
    labels: result.session.data.classes,
  };
  await writeFileAtomic(join(result.folder, PREPROCESSING), `${JSON.stringify(content, null, 2)}\n`);
}

/** Builds the report of a finished study. */
function reportOf(result: StudyResult, resume: string | null): StudyReport {
  const silent = neverAnswers(result);
  const { header, session, trials, probes, best, seconds, reason, notes } = result;
  const { settings } = header;
  return {
    version: REPORT_VERSION,
    espalier: version,
    createdAt: new Date().toISOString(),
    command: settings.command,
    origin: settings.origin,
    resume,
    seed: settings.seed,
    task: settings.task,
    metric: { ...header.objective },
    environment: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      engine: session.engine.name,
      device: session.engine.device,
    },
    dataset: datasetOf(result),
    backbones: session.candidates.map(backboneOf),
    search: {
      sampler: settings.sampler,
      pruner: settings.pruner,
      schedule: settings.training.schedule,
      optimizer: settings.training.optimizer,
      objective: { ...header.objective },
      dimensions: searchedDimensions(header),
      trials: trials.length,
      epochs: settings.budget.epochs,
      reason,
      notes: [...notes],
      settings: JSON.parse(JSON.stringify(settings)) as StudyReport['search']['settings'],
      explanation: explanationOf(result),
    },
    probes: probes.map(({ parts: _, ...probe }) => probe),
    leaderboard: best.leaderboard.map(({ members, costs, over, seeds, ...entry }) => ({
      ...entry,
      ...(members && { members: members.map((member) => ({ ...member })) }),
      ...(seeds && { seeds: { ...seeds } }),
      costs: { ...costs },
      ...(over.length > 0 && { over: [...over] }),
    })),
    ...costsOf(header, best.leaderboard),
    trials: trials.map((trial) => trialOf(trial, session.candidates)),
    best: {
      ...answerOf(best),
      ...evaluationsOf(best.evaluations),
      ...(silent !== null && { neverAnswers: silent }),
    },
    evidence: evidenceOf(best.test, session.data.splits.test),
    provenance: result.provenance.map((row) => ({ ...row })),
    baselines: baselinesOf(result),
    ...(result.growth && { growth: result.growth }),
    verdicts: verdictsOf(result),
    ...adviceOf(result),
    files: { model: basename(best.modelPath), preprocessing: PREPROCESSING, card: 'model-card.md' },
    seconds,
  };
}

function explanationOf({
  header,
  trials,
  probes,
  measured,
}: StudyResult): StudyReport['search']['explanation'] {
  const { settings, space, objective } = header;
  const course = { settings, space, objective, trials, probes, measured };
  const { importance, random } = explainSearch(course);
  return { importance: importance.map((one) => ({ ...one })), random: random && { ...random } };
}
const adviceOf = ({ advised }: StudyResult): Pick<StudyReport, 'advice' | 'learningCurve'> => {
  const { advice, learningCurve } = advised;
  return {
    advice: advice.map((one) => ({ ...one })),
    learningCurve: learningCurve && {
      probe: learningCurve.probe,
      points: learningCurve.points.map((point) => ({ ...point })),
      expected: learningCurve.expected.map((gain) => ({ ...gain })),
    },
  };
};

type Splits = Pick<StudyReport['best'], 'train' | 'validation' | 'test'>;

const MOST_NAMED = 5;

/** Describes the classes that the answer never predicts on the test examples. */
function neverAnswers({ best, session }: StudyResult): string | null {
  const { validation, test } = best.evaluations;
  const confusions = [validation, test].flatMap(({ classification }) =>
    classification === undefined ? [] : [classification.confusion],
  );
  const silent = silentClasses(confusions);
  if (silent.length === 0) return null;
  const named = silent
    .slice(0, MOST_NAMED)
    .map(({ label, examples }) => `"${session.data.classes[label]}" (${examples} examples)`)
    .join(', ');
  const more = silent.length - MOST_NAMED;
  const others = more > 0 ? ` and ${more} more ${more === 1 ? 'class' : 'classes'}` : '';
  return `The model never answers ${named}${others} on the examples that it is judged by: look at its recall of each class, not at its accuracy.`;
}

const answerOf = (best: StudyResult['best']): Omit<StudyReport['best'], keyof Splits> => ({
  trial: best.trial?.number ?? null,
  name: best.name,
  kind: best.kind,
  title: best.title,
  backbone: best.backbone,
  estimate: { ...best.estimate },
  everything: best.everything,
  learntFrom: best.learntFrom,
});

/** A copy the schema's mutable types accept. */
const evaluationsOf = (evaluations: StudyResult['best']['evaluations']): Splits =>
  structuredClone(evaluations) as unknown as Splits;

function datasetOf({ header, session }: StudyResult): StudyReport['dataset'] {
  const { data } = session;
  const countsOf = (split: 'train' | 'validation' | 'test'): number[] =>
    data.classes.map((_, label) => data.splits[split].filter((example) => example.label === label).length);
  return {
    name: data.name,
    modality: data.modality,
    path: header.settings.dataset.path,
    hash: data.hash,
    classes: [...data.classes],
    splits: { train: countsOf('train'), validation: countsOf('validation'), test: countsOf('test') },
    corrupt: data.corrupt.map((one) => ({ ...one })),
    leaks: data.leaks.map(({ a, b, distance }) => ({
      a: a.id,
      splitA: a.split,
      b: b.id,
      splitB: b.split,
      distance,
    })),
    labelsFrom: data.labelsFrom,
    notes: [...data.notes],
    imbalance: data.balance.note ?? null,
  };
}

function backboneOf({ prepared, depths }: Candidate): StudyReport['backbones'][number] {
  const { backbone, loaded } = prepared;
  return {
    id: backbone.id,
    family: backbone.family,
    licence: { ...backbone.licence },
    source: sourceText(backbone.source),
    citation: backbone.citation ?? null,
    parameters: prepared.parameterCount,
    hash: prepared.hash,
    stages: prepared.stages.length,
    freezeDepths: [...depths],
    notes: [...loaded.notes],
  };
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case 'embedded':
      return `comes with ${source.package}, sha256 ${source.sha256}`;
    case 'file':
      return `the file ${source.path}`;
    case 'hub':
      return `${source.hub}: ${source.repository}@${source.revision}, ${source.file}`;
  }
}

/** Lists the dimensions of a study, in order, with their labels. */
function searchedDimensions({ space }: StudyResult['header']): StudyReport['search']['dimensions'] {
  const names = new Set([space, ...space.backbones].flatMap(({ ranges }) => Object.keys(ranges)));
  return dimensions
    .entries()
    .filter(([name]) => names.has(name))
    .map(([name, { label }]) => ({ name, label }));
}

function trialOf(
  trial: StudyResult['trials'][number],
  candidates: readonly Candidate[],
): StudyReport['trials'][number] {
  const { number, configuration, why, status, reason, epochs } = trial;
  const best = bestEpoch(epochs);
  const backbone = candidates.find(({ prepared }) => prepared.backbone.id === configuration.backbone);
  return {
    number,
    configuration,
    written: writtenValues(configuration, backbone && { stages: backbone.prepared.stages.length }),
    ...(why !== undefined && { why }),
    // A finished study has no running trial.
    status: status === 'running' ? 'failed' : status,
    reason,
    bestEpoch: best?.epoch ?? null,
    metrics: best?.metrics ?? null,
    validationLoss: best?.validationLoss ?? null,
    seconds: epochs.reduce((sum, epoch) => sum + epoch.seconds, 0),
    epochs,
  };
}

function baselinesOf({ header, verdicts, best }: StudyResult): StudyReport['baselines'] {
  const { trivial, baseline } = verdicts;
  const { objective } = header;
  return {
    trivial: { ...trivial },
    random: baseline.kind === 'none' ? null : randomOf(baseline.result, objective),
    randomNote: baseline.kind === 'none' ? baseline.why : null,
    plain: best.plain && { ...best.plain, sentence: plainSentence(best.plain, best.backbone, objective) },
  };
}

const randomOf = (
  { trial, validation, test }: BaselineResult,
  { name }: Objective,
): NonNullable<StudyReport['baselines']['random']> => ({
  learningRate: Number(trial.configuration.values['learningRate']),
  epochs: trial.epochs,
  validation: validation.metrics[name] ?? NaN,
  test: metrics.get(name).measure(test),
  reason: trial.reason,
});

/** Verdict on transfer without a baseline to compare with. */
const untested = (baseline: StudyResult['verdicts']['baseline']): string =>
  `Whether transfer helps was not tested. ${baseline.kind === 'none' ? baseline.why : ''}`.trim();

/** Verdict on transfer if the answer uses no pre-trained network. */
const NO_TRANSFER =
  'The answer uses no pre-trained network, because none of the searched networks gives a better result.';

function verdictsOf(result: StudyResult): StudyReport['verdicts'] {
  const { transfer, overfitting, baseline } = result.verdicts;
  const { backbone } = result.best;
  return {
    transfer:
      transfer === null
        ? {
            kind: 'untested',
            sentence: backbone === null ? NO_TRANSFER : untested(baseline),
          }
        : { kind: transfer.kind, sentence: transfer.sentence },
    overfitting: { kind: overfitting.kind, sentence: overfitting.sentence },
    licence: licenceVerdict(result.best),
  };
}

function licenceVerdict({ card, backbone }: StudyResult['best']): StudyReport['verdicts']['licence'] {
  const { spdx, commercialUse } = card.licence;
  if (backbone === null) {
    return {
      kind: 'allowed',
      sentence: 'No part of the model was pre-trained, so no licence applies to it.',
    };
  }
  const says = {
    allowed: `allows commercial use`,
    forbidden: `forbids commercial use`,
    unknown: `does not clearly say whether commercial use is allowed`,
  } as const;
  return {
    kind: commercialUse,
    sentence: `The licence of ${backbone} (${spdx}) ${says[commercialUse]}.`,
  };
}
