import type { StudyReport } from '@espalier/study';
import type { EChartsOption } from 'echarts';
import { count, percent } from '../../format';
import { wholePercent } from '../../charts/options';

type Evaluation = NonNullable<StudyReport['best']['test']['classification']>;

type Bin = Evaluation['reliability'][number];

/** Describes a bin, as in `80 % to 87 % sure: 12 examples, 83.1 % sure on average, 75.0 % right`. */
export function binText({ low, high, count: examples, confidence, accuracy }: Bin): string {
  const between = `${wholePercent(low)} to ${wholePercent(high)} sure`;
  if (examples === 0) return `${between}: no example`;
  const counted = `${count(examples)} ${examples === 1 ? 'example' : 'examples'}`;
  return `${between}: ${counted}, ${percent(confidence)} sure on average, ${percent(accuracy)} right`;
}

/**
 * Draws the accuracy of predictions by confidence as bars, which end at the diagonal where accuracy and confidence
 * agree; the bars behind them show the number of examples.
 */
export function reliabilityOption({ reliability }: Evaluation): EChartsOption {
  const most = Math.max(1, ...reliability.map((bin) => bin.count));
  return {
    aria: { enabled: true },
    grid: { left: 64, right: 64, top: 56, bottom: 48 },
    legend: { top: 0 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (params) => {
        const [first] = params as unknown as readonly { readonly dataIndex: number }[];
        const bin = first === undefined ? undefined : reliability[first.dataIndex];
        return bin === undefined ? '' : binText(bin);
      },
    },
    xAxis: {
      type: 'category',
      name: 'confidence',
      nameLocation: 'middle',
      nameGap: 28,
      data: reliability.map(({ low, high }) => `${wholePercent(low)} to ${wholePercent(high)}`),
      axisLabel: { hideOverlap: true },
    },
    yAxis: [
      { type: 'value', name: 'right', min: 0, max: 1, axisLabel: { formatter: wholePercent } },
      // The counts stay below the middle, so that they do not hide the shares.
      { type: 'value', name: 'examples', min: 0, max: 2 * most, minInterval: 1, splitLine: { show: false } },
    ],
    series: [
      {
        type: 'bar',
        name: 'share that is right',
        barGap: '-100%',
        barWidth: '90%',
        // A bin without examples differs from a bin without correct predictions.
        data: reliability.map((bin) => (bin.count === 0 ? null : bin.accuracy)),
      },
      {
        type: 'line',
        name: 'as sure as right',
        silent: true,
        symbol: 'none',
        lineStyle: { type: 'dashed' },
        data: reliability.map(({ low, high }) => (low + high) / 2),
      },
      {
        type: 'bar',
        name: 'examples',
        yAxisIndex: 1,
        barWidth: '35%',
        itemStyle: { opacity: 0.75 },
        label: {
          show: true,
          position: 'top',
          formatter: ({ value }) => (value === 0 ? '' : count(Number(value))),
        },
        data: reliability.map((bin) => bin.count),
      },
    ],
  };
}

export interface Pair {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

/** Lists the pairs of confused classes, the most frequent first. */
export function confusedPairs(confusion: Evaluation['confusion'], most: number): Pair[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
    .slice(0, most);
}
