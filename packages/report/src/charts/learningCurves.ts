import { answerOf, rankedTrials } from '../facts.js';
import { scientific } from '../format.js';
import type { StudyReport, Trial } from '../schema.js';
import { colours, heading, named, percentTick } from './style.js';
import { renderSvg } from './svg.js';

type Epochs = Trial['epochs'];
type Quantity = 'trainLoss' | 'validationLoss' | 'validationAccuracy' | 'learningRate';

const names = {
  training: 'best trial, training',
  validation: 'best trial, validation',
  scratch: 'from scratch, validation',
  others: 'other trials, validation',
} as const;

const panels = [
  { title: 'Loss', format: (value: number): string => String(Number(value.toPrecision(3))) },
  { title: 'Validation accuracy', format: percentTick },
  { title: 'Learning rate', format: scientific },
];
const panelWidth = 270;
const leftOf = (panel: number): number => 60 + panel * 350;

/** Loss, accuracy and learning rate by epoch: the best trial, the others, the network from scratch. */
export function learningCurves(report: StudyReport): string {
  const trial = answerOf(report).trial ?? rankedTrials(report)[0] ?? null;
  const own = trial?.epochs ?? [];
  const scratch = report.baselines.scratch?.epochs ?? [];
  const others = report.trials.filter(({ number }) => number !== trial?.number);
  const longest = Math.max(2, ...[...report.trials, { epochs: scratch }].map(({ epochs }) => epochs.length));
  const shown = [
    names.training,
    names.validation,
    ...(scratch.length > 0 ? [names.scratch] : []),
    ...(others.some(({ epochs }) => epochs.length > 0) ? [names.others] : []),
  ];
  return renderSvg({
    width: 1080,
    height: 400,
    title: `Learning curves of ${report.dataset.name}`,
    description: `Loss, validation accuracy and learning rate by epoch. ${trial === null ? 'No trial has a result' : `Trial ${trial.number} is the best of ${report.trials.length}`}.`,
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
        ...others.map(({ epochs }) => curve(1, names.others, epochs, 'validationAccuracy', colours.other, 1)),
        curve(0, names.training, own, 'trainLoss', colours.best, 2, 'dashed'),
        ...[scratch].flatMap((epochs) => [
          curve(0, names.scratch, epochs, 'validationLoss', colours.scratch, 2),
          curve(1, names.scratch, epochs, 'validationAccuracy', colours.scratch, 2),
        ]),
        curve(0, names.validation, own, 'validationLoss', colours.best, 2.5),
        curve(1, names.validation, own, 'validationAccuracy', colours.best, 2.5),
        curve(2, 'learning rate', own, 'learningRate', colours.best, 2.5),
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
  data: epochs.map((epoch) => [epoch.epoch, epoch[quantity]]),
  symbol: 'circle',
  symbolSize: epochs.length > 30 ? 0 : 4,
  lineStyle: { color, width, type },
  itemStyle: { color },
});
