import { inSentence } from '@espalier/study/words';
import { objectiveOf, rankedTrials } from '../facts.js';
import { scientific } from '../format.js';
import type { ReportedTrial, StudyReport } from '@espalier/study';
import { shorten } from '../text.js';
import { colours, heading, named, scale, tickOf } from './style.js';
import { renderSvg } from './svg.js';

const symbols = ['circle', 'triangle', 'rect', 'diamond', 'pin', 'arrow'];
const dashes = ['solid', 'dashed', 'dotted'] as const;

/** Validation objective by freeze depth: a point a trial, a line a backbone through its best. */
export function freezeDepthChart(report: StudyReport): string {
  const trials = rankedTrials(report).filter(isTrained);
  const backbones = report.backbones.filter(({ id }) =>
    trials.some((trial) => trial.configuration.backbone === id),
  );
  const deepest = Math.max(1, ...backbones.map(({ stages }) => stages));
  const rates = trials.map((trial) => Math.log10(numberOf(trial, 'learningRate')));
  const label = inSentence(report.search.objective.label);
  return renderSvg({
    width: 760,
    height: 460,
    title: `Validation ${label} by freeze depth on ${report.dataset.name}`,
    description: descriptionOf(trials),
    option: {
      title: [
        heading(`Validation ${label} by freeze depth`),
        {
          ...heading('learning rate', 655, 62, 12),
          textStyle: { fontSize: 12, fontWeight: 'normal', color: colours.text },
        },
      ],
      legend: {
        itemGap: 30,
        bottom: 8,
        data: backbones.map(({ id }) => shorten(id, 40)),
        textStyle: { color: colours.text },
      },
      grid: { left: 80, top: 50, width: 550, height: 310 },
      xAxis: {
        type: 'value',
        min: 0,
        max: deepest,
        minInterval: 1,
        splitLine: { show: false },
        ...named('frozen stages', 28),
      },
      yAxis: { type: 'value', scale: true, axisLabel: { color: colours.text, formatter: tickOf(report) } },
      visualMap: colourBar(Math.min(...rates), Math.max(...rates), backbones.length),
      series: backbones.flatMap(({ id }, index) => {
        const own = trials.filter(({ configuration }) => configuration.backbone === id);
        return seriesOf(report, shorten(id, 40), own, index);
      }),
    },
  });
}

/** Whether a trial has what the chart shows: a probe has neither depth nor rate. */
const isTrained = (trial: ReportedTrial): boolean =>
  Number.isFinite(numberOf(trial, 'freezeDepth')) && Number.isFinite(numberOf(trial, 'learningRate'));

/** A value of a trial's configuration that is a number. */
const numberOf = ({ configuration }: ReportedTrial, name: string): number =>
  Number(configuration.values[name]);

function seriesOf(report: StudyReport, name: string, trials: readonly ReportedTrial[], index: number) {
  const symbol = symbols[index % symbols.length] as string;
  const best = trials.filter(
    (trial, place) =>
      trials.findIndex((other) => numberOf(other, 'freezeDepth') === numberOf(trial, 'freezeDepth')) ===
      place,
  );
  const point = (trial: ReportedTrial): number[] => [
    numberOf(trial, 'freezeDepth'),
    objectiveOf(trial, report) ?? NaN,
    Math.log10(numberOf(trial, 'learningRate')),
  ];
  return [
    {
      type: 'line' as const,
      name,
      symbol,
      symbolSize: 0.1,
      lineStyle: { color: colours.line, width: 1.5, type: dashes[index % dashes.length] },
      itemStyle: { color: colours.line },
      data: best.map(point).sort((a, b) => (a[0] as number) - (b[0] as number)),
    },
    {
      type: 'scatter' as const,
      name,
      symbol,
      symbolSize: 13,
      itemStyle: { borderColor: colours.text, borderWidth: 1, opacity: 1 },
      data: trials.map(point),
    },
  ];
}

/** Colours the points, which are every second series, by the logarithm of the learning rate. */
const colourBar = (low: number, high: number, backbones: number) => ({
  min: low === high ? low - 0.5 : low,
  max: low === high ? high + 0.5 : high,
  dimension: 2,
  seriesIndex: Array.from({ length: backbones }, (_, index) => 2 * index + 1),
  calculable: false,
  right: 16,
  top: 90,
  itemHeight: 200,
  text: [scientific(10 ** high), scientific(10 ** low)] as [string, string],
  textStyle: { color: colours.text },
  inRange: { color: scale },
});

function descriptionOf([first]: readonly ReportedTrial[]): string {
  if (first === undefined) return 'No trial that was trained by gradient descent has a result.';
  return (
    `One point a trial, coloured by learning rate. The best is trial ${first.number} of backbone ` +
    `${first.configuration.backbone} with ${numberOf(first, 'freezeDepth')} frozen stages.`
  );
}
