import { inSentence, writeAmount } from '@espalier/study/words';
import type { ReportedCost, StudyReport } from '@espalier/study';
import { colours, heading, named } from './style.js';
import { percentTick } from './style.js';
import { renderSvg } from './svg.js';

const names = { answer: 'the answer', front: 'on the Pareto front', others: 'the others' } as const;

const panelWidth = 380;
const leftOf = (panel: number): number => 70 + panel * 480;

/** The metric of each line of the leaderboard by each of its weighed costs; null where no cost was measured. */
export function paretoChart(report: StudyReport): string | null {
  const { leaderboard, front, best, metric, dataset } = report;
  const costs = report.costs.filter(({ weighed }) => weighed);
  if (front.length === 0) return null;
  const kinds = [
    { name: names.others, colour: colours.other, size: 8 },
    { name: names.front, colour: colours.baseline, size: 11 },
    { name: names.answer, colour: colours.best, size: 14 },
  ];
  const kindOf = (name: string): string =>
    name === best.name ? names.answer : front.includes(name) ? names.front : names.others;
  return renderSvg({
    width: leftOf(costs.length),
    height: 400,
    title: `Compromises of ${dataset.name}`,
    description: `${metric.label} of each line of the leaderboard by ${costs.map(({ label }) => inSentence(label)).join(', ')}; on the Pareto front: ${front.join(', ')}.`,
    option: {
      title: costs.map(({ label }, panel) =>
        heading(`${metric.label} by ${inSentence(label)}`, leftOf(panel), 14),
      ),
      legend: {
        bottom: 8,
        itemGap: 40,
        data: kinds.map(({ name }) => name),
        textStyle: { color: colours.text },
      },
      grid: costs.map((_, panel) => ({ left: leftOf(panel), top: 50, width: panelWidth, height: 255 })),
      xAxis: costs.map((cost, gridIndex) => axisOf(cost, gridIndex)),
      yAxis: costs.map((_, gridIndex) => ({
        gridIndex,
        type: 'value' as const,
        scale: true,
        axisLabel: { color: colours.text, formatter: tick(metric) },
      })),
      series: costs.flatMap(({ name }, panel) =>
        kinds.map((kind) => ({
          type: 'scatter' as const,
          name: kind.name,
          xAxisIndex: panel,
          yAxisIndex: panel,
          symbolSize: kind.size,
          itemStyle: { color: kind.colour, opacity: 1 },
          data: leaderboard
            .filter((line) => kindOf(line.name) === kind.name)
            .map((line) => [line.costs?.[name] ?? NaN, line.value]),
        })),
      ),
    },
  });
}

const tick = ({ unit }: StudyReport['metric']): ((value: number) => string) =>
  unit === 'share' ? percentTick : (value) => String(Number(value.toPrecision(3)));

const axisOf = ({ label, units }: ReportedCost, gridIndex: number) => {
  const axis = named(inSentence(label), 26);
  return {
    ...axis,
    gridIndex,
    type: 'value' as const,
    splitNumber: 3,
    min: 0,
    splitLine: { show: false },
    axisLabel: {
      ...axis.axisLabel,
      formatter: (value: number): string => (value === 0 ? '0' : writeAmount(units, value)),
    },
  };
};
