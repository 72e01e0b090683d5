import { modalityFacts, pluralOf } from '@espalier/data/modalities';
import { modalityLines } from './modalities.js';
import { inSentence } from '@espalier/study/words';
import { answerOf, cautionsOf, writeInterval, type Caution } from './facts.js';
import { counted, thousands } from './format.js';
import { blocks, bullets, code, text } from './markdown.js';
import type { ReportedTrial, StudyReport } from '@espalier/study';
import { citationText } from './sections/backbones.js';
import { splitCounts } from './sections/dataset.js';
import { resultSentence } from './sections/headline.js';
import { beginning, usage } from './sections/reproduce.js';
import { metrics } from './sections/results.js';
import { sectionsOf } from './tasks/index.js';
import { withoutPlaces } from './text.js';
import { yaml, type Yaml } from './yaml.js';

/** Of a model in which nothing is pre-trained. */
const OWN_LICENCE = 'Apache-2.0';

/**
 * The model card, with the front matter that Hugging Face reads. It goes along with the model, so it names no place of
 * the machine that made it.
 */
export const renderCard = (report: StudyReport): string =>
  `${blocks(
    `---\n${yaml(frontMatter(report))}\n---`,
    `# ${text(report.dataset.name)} ${sectionsOf(report).model}`,
    resultSentence(report),
    section('Intended use', intendedUse(report)),
    section('How to use', usage({ ...report, resume: null })),
    section('Training data', trainingData(report)),
    section('Training procedure', trainingProcedure(report)),
    section('Evaluation', evaluation(report)),
    section('Limitations', bullets(limitations(report))),
    section('Licence and provenance', licence(report)),
    section('Citation', citation(report)),
  )}\n`;

/** The metrics on each split, and the tables of the task on the test split. */
function evaluation(report: StudyReport): string {
  const tables = sectionsOf(report).cardTables(report);
  return blocks(metrics(report), ...(tables === '' ? [] : ['On the test split:', tables]));
}

const section = (title: string, body: string): string => blocks(`## ${title}`, body);

function frontMatter(report: StudyReport): { readonly [key: string]: Yaml } {
  const { dataset } = report;
  const { model, cardMetrics } = sectionsOf(report);
  const measured = cardMetrics(report);
  const { task, loader } = modalityLines[dataset.modality];
  return {
    ...licenceKeys(answerOf(report).backbone?.licence.spdx ?? OWN_LICENCE),
    library_name: 'onnx',
    pipeline_tag: task,
    tags: [task, 'transfer-learning', 'onnx', 'espalier'],
    metrics: measured.map(({ type }) => type),
    'model-index': [
      {
        name: `${dataset.name} ${model}`,
        results: [
          {
            task: { type: task },
            dataset: { type: loader, name: dataset.name, split: 'test' },
            metrics: measured.map(({ value, ...one }) => ({ ...one, value: Number(value.toFixed(4)) })),
          },
        ],
      },
    ],
  };
}

/** Hugging Face knows SPDX identifiers in lower case, and `other` with a name. */
const licenceKeys = (spdx: string): { readonly [key: string]: Yaml } =>
  /^licenseref-/i.test(spdx)
    ? { license: 'other', license_name: spdx.toLowerCase() }
    : { license: spdx.toLowerCase() };

function intendedUse(report: StudyReport): string {
  const { dataset } = report;
  const [singular, plural] = [modalityFacts.get(dataset.modality).words.plain, pluralOf(dataset.modality)];
  const use = sectionsOf(report).use(report, { one: singular, many: plural });
  return (
    `${use} It is not meant for ${plural} ` +
    'that differ in kind from the training data, nor for decisions about people without a person who checks them.'
  );
}

const trainingData = (report: StudyReport): string =>
  blocks(
    `${text(report.dataset.name)} (hash of contents and split: ${text(report.dataset.hash)}).`,
    splitCounts(report),
    report.dataset.corrupt.length === 0
      ? ''
      : `${counted(report.dataset.corrupt.length, 'unreadable file')} left out.`,
  );

function trainingProcedure(report: StudyReport): string {
  const { search, seed, espalier, origin, best } = report;
  const learnt = best.learntFrom === undefined ? '' : ` Learnt from ${counted(best.learntFrom, 'example')}.`;
  return blocks(
    `${howItWasMade(report)}${learnt} Found by ${text(search.sampler)} in ` +
      `${counted(report.trials.length, 'trial')} with Espalier ${text(espalier)}, seed ${seed}${origin === 'command' ? ':' : '.'}`,
    beginning({ ...report, command: withoutPlaces(report.command) }),
  );
}

function howItWasMade(report: StudyReport): string {
  const { search, best } = report;
  const { title, manner, trial, backbone } = answerOf(report);
  if (best.kind !== 'trial' || trial === null || backbone === null) {
    return `Regularised logistic regression on fixed features: ${text(title)}.`;
  }
  const values = search.dimensions.flatMap(({ name, label }) => {
    const value = trial.written[name];
    return value === undefined ? [] : [`${label.toLowerCase()} ${value}`];
  });
  const how = [`${search.optimizer}, ${search.schedule} schedule`, ...values].map(text).join(', ');
  return `Fine-tuned from ${text(backbone.id)}${manner}: ${how}, ${keptEpochs(trial)}.`;
}

/** Describes the epochs behind the kept weights, which may be fewer than the trial ran. */
function keptEpochs({ bestEpoch, epochs }: ReportedTrial): string {
  const all = epochs.length;
  if (bestEpoch === null || bestEpoch === all) return counted(all, 'epoch');
  return `${counted(bestEpoch, 'epoch')}, after which the trial was best (it went on to ${thousands(all)})`;
}

const names: Readonly<Record<Caution['about'], string>> = {
  classes: 'Classes',
  baseline: 'Baseline',
  transfer: 'Transfer',
  overfitting: 'Overfitting',
  licence: 'Licence',
  leakage: 'Leakage',
  imbalance: 'Imbalance',
};

const limitations = (report: StudyReport): string[] => [
  ...cautionsOf(report).map(({ about, sentence }) => `**${names[about]}.** ${text(sentence)}`),
  `**Scope.** The ${inSentence(report.metric.label)} holds for ${pluralOf(report.dataset.modality)} like those of the test split (${counted(report.best.test.examples, 'example')}), ` +
    `within the interval of ${writeInterval(report.best.test, report)}.`,
  `**Bias.** The model takes over what its training ${pluralOf(report.dataset.modality)} and those of its backbone over-represent.`,
];

function licence(report: StudyReport): string {
  const { backbone } = answerOf(report);
  if (backbone === null)
    return 'Nothing in this model was pre-trained: it is yours, with the data it learnt from.';
  return blocks(
    `The fine-tuned model inherits the licence of its backbone: **${text(backbone.licence.spdx)}**. ` +
      text(report.verdicts.licence.sentence),
    bullets([
      `Backbone: ${text(backbone.id)} (${text(backbone.family)})`,
      `Source: ${text(withoutPlaces(backbone.source))}`,
      `Hash: ${text(backbone.hash)}`,
      `Full report: ${code('report.md')}`,
    ]),
  );
}

function citation(report: StudyReport): string {
  const { backbone } = answerOf(report);
  if (backbone === null) return 'There is no network to cite.';
  return backbone.citation === null
    ? `The source of ${text(backbone.id)} names no citation.`
    : blocks(`Cite the backbone:`, citationText(backbone.citation));
}
