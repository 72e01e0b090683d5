import { inSentence } from '@espalier/study/words';
import { answerOf, objectiveOf, rankedTrials } from '../facts.js';
import { scientific } from '../format.js';
import type { ReportedTrial, StudyReport } from '@espalier/study';
import { colours, heading, named, tickOf } from './style.js';
import { renderSvg } from './svg.js';

type Epochs = ReportedTrial['epochs'];
type Quantity = (epoch: Epochs[number]) => number;

const names = {
  training: 'best trial, training',
  validation: 'best trial, validation',
  random: 'from random weights, validation',
  others: 'other trials, validation',
} as const;

const panelsOf = (report: StudyReport) => [
  { title: 'Loss', format: (value: number): string => String(Number(value.toPrecision(3))) },
  { title: `Validation ${inSentence(report.search.objective.label)}`, format: tickOf(report) },
  { title: 'Learning rate', format: scientific },
];
const panelWidth = 270;
const leftOf = (panel: number): number => 60 + panel * 350;

/** Loss, objective and learning rate by epoch: the best trial, the others, the baseline from random weights. */
export function learningCurves(report: StudyReport): string {
  const panels = panelsOf(report);
  const objective: Quantity = (epoch) => objectiveOf(epoch, report) ?? NaN;
  const trial = answerOf(report).trial ?? rankedTrials(report)[0] ?? null;
  const own = trial?.epochs ?? [];
  const random = report.baselines.random?.epochs ?? [];
  const others = report.trials.filter(({ number }) => number !== trial?.number);
  const longest = Math.max(2, ...[...report.trials, { epochs: random }].map(({ epochs }) => epochs.length));
  const shown = [
    names.training,
    names.validation,
    ...(random.length > 0 ? [names.random] : []),
    ...(others.some(({ epochs }) => epochs.length > 0) ? [names.others] : []),
  ];
  return renderSvg({
    width: 1080,
    height: 400,
    title: `Learning curves of ${report.dataset.name}`,
    description: `Loss, validation ${inSentence(report.search.objective.label)} and learning rate by epoch. ${trial === null ? 'No trial has a result' : `Trial ${trial.number} is the best of ${report.trials.length}`}.`,
    option: {
      title: panels.map(({ title }, panel) => heading(title, leftOf(panel), 14)),
      legend: {
        bottom: 8,
        itemGap: 40,
        data: shown,
        textStyle: { color: colours.text },
        itemStyle: { opacity: 0 },
      },
      grid: panels.map((_, panel) => ({ left: leftOf(panel), top: 50, width: panelWidth, height: 255 })),
      xAxis: panels.map((_, gridIndex) => ({
        gridIndex,
        type: 'value' as const,
        min: 1,
        max: longest,
        minInterval: 1,
        splitLine: { show: false },
        ...named('epoch', 26),
      })),
      yAxis: panels.map(({ format }, gridIndex) => ({
        gridIndex,
        type: 'value' as const,
        scale: gridIndex === 1,
        axisLabel: { color: colours.text, formatter: format },
      })),
      series: [
        ...others.map(({ epochs }) => curve(1, names.others, epochs, objective, colours.other, 1)),
        curve(0, names.training, own, ({ trainLoss }) => trainLoss, colours.best, 2, 'dashed'),
        ...[random].flatMap((epochs) => [
          curve(0, names.random, epochs, ({ validationLoss }) => validationLoss, colours.baseline, 2),
          curve(1, names.random, epochs, objective, colours.baseline, 2),
        ]),
        curve(0, names.validation, own, ({ validationLoss }) => validationLoss, colours.best, 2.5),
        curve(1, names.validation, own, objective, colours.best, 2.5),
        curve(2, 'learning rate', own, ({ learningRate }) => learningRate, colours.best, 2.5),
      ],
    },
  });
}

const curve = (
  panel: number,
  name: string,
  epochs: Epochs,
  quantity: Quantity,
  color: string,
  width: number,
  type: 'solid' | 'dashed' = 'solid',
) => ({
  type: 'line' as const,
  name,
  xAxisIndex: panel,
  yAxisIndex: panel,
  data: epochs.map((epoch) => [epoch.epoch, quantity(epoch)]),
  symbol: 'circle',
  symbolSize: epochs.length > 30 ? 0 : 4,
  lineStyle: { color, width, type },
  itemStyle: { color },
});
