import { inSentence, writeAmount } from '@espalier/study/words';
import type { ReportedCost, StudyReport } from '@espalier/study';
import type { EChartsOption } from 'echarts';
import { objectiveText } from '../format';
import { objectiveAxis } from './options';

const names = { answer: 'the answer', front: 'on the Pareto front', others: 'the others' } as const;
const sizes = { answer: 16, front: 12, others: 8 } as const;

/** Each line of a leaderboard by its metric and one of its costs. */
export function costOption(report: StudyReport, { name, label, units }: ReportedCost): EChartsOption {
  const { leaderboard, front, best, metric } = report;
  const kindOf = (line: string): keyof typeof names =>
    line === best.name ? 'answer' : front.includes(line) ? 'front' : 'others';
  return {
    aria: { enabled: true },
    grid: { left: 56, right: 24, top: 24, bottom: 72 },
    legend: { bottom: 0 },
    tooltip: {
      formatter: (params) => {
        const [cost, value, line] = (params as unknown as { data: [number, number, string] }).data;
        return `${line}: ${objectiveText(value, metric)}, ${writeAmount(units, cost)}`;
      },
    },
    xAxis: {
      type: 'value',
      min: 0,
      name: inSentence(label),
      nameLocation: 'middle',
      nameGap: 28,
      axisLabel: { formatter: (value: number) => (value === 0 ? '0' : writeAmount(units, value)) },
    },
    yAxis: { type: 'value', ...objectiveAxis(metric) },
    series: (['others', 'front', 'answer'] as const).map((kind) => ({
      type: 'scatter',
      name: names[kind],
      symbolSize: sizes[kind],
      data: leaderboard
        .filter((line) => kindOf(line.name) === kind)
        .map((line) => [line.costs?.[name] ?? NaN, line.value, line.name]),
    })),
  };
}
