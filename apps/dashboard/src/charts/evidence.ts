import type { StudyReport } from '@espalier/report';
import type { EChartsOption } from 'echarts';
import { percent } from '../format';

type Evaluation = StudyReport['best']['test'];

/** How often predictions of a confidence are right; on the diagonal where it is as often as they say. */
export function reliabilityOption({ reliability }: Evaluation): EChartsOption {
  const filled = reliability.filter(({ count }) => count > 0);
  return {
    aria: { enabled: true },
    grid: { left: 56, right: 24, top: 40, bottom: 48 },
    legend: { top: 0 },
    tooltip: {
      trigger: 'item',
      formatter: (params) => {
        const bin = filled[(params as unknown as { dataIndex: number }).dataIndex];
        if (bin === undefined) return '';
        return `${bin.count} examples, ${percent(bin.confidence)} sure, ${percent(bin.accuracy)} right`;
      },
    },
    xAxis: { type: 'value', name: 'confidence', nameLocation: 'middle', nameGap: 28, min: 0, max: 1 },
    yAxis: { type: 'value', name: 'accuracy', min: 0, max: 1 },
    series: [
      {
        type: 'line',
        name: 'as sure as right',
        silent: true,
        symbol: 'none',
        lineStyle: { type: 'dashed' },
        data: [
          [0, 0],
          [1, 1],
        ],
      },
      {
        type: 'line',
        name: 'the model',
        symbol: 'circle',
        symbolSize: 9,
        data: filled.map(({ confidence, accuracy }) => [confidence, accuracy]),
      },
    ],
  };
}

export interface Pair {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

/** Pairs of classes that are taken for each other, the most frequent first. */
export function confusedPairs(confusion: Evaluation['confusion'], most: number): Pair[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
    .slice(0, most);
}
