import type { EChartsOption } from 'echarts';
import type { Curve, Trial } from '../api';
import { duration, percent, rate, trialTitle } from '../format';
import { heatMap } from './heat';
import { paretoFront } from './pareto';
import { shades, type Scheme } from './shades';

/** What an epoch is shown by. */
export type CurveMetric = 'validationAccuracy' | 'validationLoss' | 'trainLoss';

export const metricNames: Readonly<Record<CurveMetric, string>> = {
  validationAccuracy: 'Validation accuracy',
  validationLoss: 'Validation loss',
  trainLoss: 'Training loss',
};

const grid = { left: 56, right: 24, top: 24, bottom: 48 };
/** Charts are read aloud too. */
const aria = { enabled: true };
const isShare = (metric: CurveMetric): boolean => metric === 'validationAccuracy';

/** As in `87 %`, at an axis. */
export const wholePercent = (share: number): string => `${Math.round(100 * share)} %`;

/** An axis of shares shows what there is of 0 to 1, with a little room. */
export const shareAxis = {
  min: ({ min }: { readonly min: number }) => Math.max(0, Math.floor(20 * min - 0.5) / 20),
  max: ({ max }: { readonly max: number }) => Math.min(1, Math.ceil(20 * max + 0.5) / 20),
};

export function curveOption(curves: readonly Curve[], metric: CurveMetric): EChartsOption {
  const shown = [...curves].sort((a, b) => a.number - b.number).filter(({ epochs }) => epochs.length > 0);
  return {
    aria,
    grid: { ...grid, right: 110 },
    tooltip: {
      trigger: 'axis',
      valueFormatter: (value) => (isShare(metric) ? percent(Number(value)) : Number(value).toFixed(3)),
    },
    legend: { type: 'scroll', orient: 'vertical', right: 0, top: 20 },
    xAxis: { type: 'value', name: 'epoch', nameLocation: 'middle', nameGap: 28, minInterval: 1, min: 1 },
    yAxis: {
      type: 'value',
      ...(isShare(metric) ? shareAxis : { scale: true }),
      axisLabel: {
        formatter: (value: number) => (isShare(metric) ? wholePercent(value) : `${value}`),
      },
    },
    series: shown.map(({ number, epochs }) => ({
      type: 'line' as const,
      name: trialTitle(number),
      symbolSize: 5,
      ...(number < 0 && { lineStyle: { type: 'dashed' as const } }),
      data: epochs.map((epoch) => [epoch.epoch, epoch[metric]]),
    })),
  };
}

export function heatOption(trials: readonly Trial[], backbone: string, scheme: Scheme): EChartsOption {
  // Twins from random weights are no points of the space.
  const searched = trials.filter(({ number }) => number >= 0);
  const { depths, rates, cells } = heatMap(searched, backbone);
  const values = cells.map(([, , accuracy]) => accuracy);
  return {
    aria,
    grid: { ...grid, left: 72, right: 96 },
    tooltip: {
      formatter: (params) => {
        const [x, y, accuracy, number] = (params as unknown as { data: [number, number, number, number] })
          .data;
        return `${depths[x]} stages frozen, rate from ${rate(10 ** (rates[y] as number))}: ${percent(accuracy)} (trial ${number})`;
      },
    },
    xAxis: {
      type: 'category',
      name: 'frozen stages',
      nameLocation: 'middle',
      nameGap: 28,
      data: depths.map(String),
    },
    yAxis: { type: 'category', name: 'learning rate from', data: rates.map((power) => rate(10 ** power)) },
    visualMap: {
      dimension: 2,
      min: Math.min(...values, 1),
      max: Math.max(...values, 0),
      right: 0,
      top: 'middle',
      calculable: true,
      formatter: (value) => percent(Number(value)),
      // Of one hue, so that light and dark tell it without colours.
      inRange: { color: [...shades[scheme].scale] },
      textStyle: { color: shades[scheme].text },
    },
    series: [{ type: 'heatmap', data: cells.map((cell) => [...cell]) }],
  };
}

/** Axes of the settings; learning rates are spread by their powers of ten. */
const dimensions = [
  { name: 'frozen stages', scale: true, minInterval: 1 },
  { name: 'learning rate', scale: true, tick: (power: number) => rate(10 ** power) },
  { name: 'layer decay', scale: true },
  { name: 'weight decay', scale: true },
  { name: 'accuracy', ...shareAxis, tick: wholePercent },
];

export function parallelOption(trials: readonly Trial[], scheme: Scheme): EChartsOption {
  const { text, axis, lines } = shades[scheme];
  const known = trials.filter(({ bestAccuracy, number }) => bestAccuracy !== null && number >= 0);
  return {
    aria,
    parallel: { left: 56, right: 72, top: 40, bottom: 24 },
    // The theme has no colours for these axes.
    parallelAxis: dimensions.map(({ tick, ...dimension }, dim) => ({
      ...dimension,
      dim,
      nameTextStyle: { color: text },
      axisLabel: { color: text, ...(tick && { formatter: tick }) },
      axisLine: { lineStyle: { color: axis } },
      axisTick: { lineStyle: { color: axis } },
    })),
    visualMap: {
      show: false,
      dimension: 4,
      min: Math.min(...known.map(({ bestAccuracy }) => bestAccuracy as number), 1),
      max: Math.max(...known.map(({ bestAccuracy }) => bestAccuracy as number), 0),
      inRange: { color: [...lines] },
    },
    series: [
      {
        type: 'parallel',
        lineStyle: { width: 2, opacity: 0.7 },
        data: known.map((trial) => [
          trial.freezeDepth,
          Math.log10(trial.learningRate),
          trial.layerDecay,
          trial.weightDecay,
          trial.bestAccuracy as number,
        ]),
      },
    ],
  };
}

const timeAxis = {
  type: 'value',
  nameLocation: 'middle',
  nameGap: 28,
  axisLabel: { formatter: duration, hideOverlap: true },
} as const;

/** Accuracy against the seconds of training; the front is what no other trial beats in both. */
export function paretoOption(trials: readonly Trial[], curves: readonly Curve[]): EChartsOption {
  const seconds = new Map(
    curves.map(({ number, epochs }) => [number, epochs.reduce((sum, epoch) => sum + epoch.seconds, 0)]),
  );
  const points = trials
    .filter(({ bestAccuracy, number }) => bestAccuracy !== null && number >= 0 && seconds.has(number))
    .map(({ number, bestAccuracy }) => ({
      number,
      cost: seconds.get(number) as number,
      value: bestAccuracy as number,
    }));
  const front = paretoFront(points);
  return {
    aria,
    grid,
    tooltip: {
      formatter: (params) => {
        const [cost, value, number] = (params as unknown as { data: [number, number, number] }).data;
        return `trial ${number}: ${percent(value)} after ${duration(cost)}`;
      },
    },
    xAxis: { ...timeAxis, name: 'time of training', scale: true },
    yAxis: {
      type: 'value',
      ...shareAxis,
      axisLabel: { formatter: wholePercent },
    },
    series: [
      {
        type: 'scatter',
        name: 'trials',
        data: points.map(({ cost, value, number }) => [cost, value, number]),
      },
      {
        type: 'line',
        name: 'front',
        step: 'end',
        symbol: 'diamond',
        symbolSize: 10,
        label: {
          show: true,
          position: 'top',
          formatter: ({ data }) => trialTitle((data as [number, number, number])[2]),
        },
        labelLayout: { hideOverlap: true },
        data: front.map(({ cost, value, number }) => [cost, value, number]),
      },
    ],
  };
}

/** When each trial ran, in seconds of the study. */
export function timelineOption(
  trials: readonly Trial[],
  startedAt: string | null,
  elapsed: number,
): EChartsOption {
  const begun = startedAt === null ? 0 : Date.parse(startedAt);
  const at = (iso: string | null): number => (iso === null ? elapsed : (Date.parse(iso) - begun) / 1000);
  const shown = trials
    .filter((trial) => trial.startedAt !== null)
    .sort((a, b) => at(a.startedAt) - at(b.startedAt) || a.number - b.number);
  return {
    aria,
    grid: { ...grid, left: 96 },
    tooltip: {
      formatter: (params) => {
        const trial = shown[(params as unknown as { dataIndex: number }).dataIndex] as Trial;
        const until = trial.endedAt === null ? 'now' : duration(at(trial.endedAt));
        return `${trialTitle(trial.number)}: ${duration(at(trial.startedAt))} to ${until}, ${trial.reason ?? trial.state}`;
      },
    },
    xAxis: { ...timeAxis, name: 'time of the study' },
    yAxis: { type: 'category', inverse: true, data: shown.map(({ number }) => trialTitle(number)) },
    series: [
      {
        type: 'bar',
        stack: 'time',
        silent: true,
        itemStyle: { opacity: 0 },
        data: shown.map((one) => at(one.startedAt)),
      },
      {
        type: 'bar',
        stack: 'time',
        data: shown.map((one) => Math.max(0, at(one.endedAt) - at(one.startedAt))),
      },
    ],
  };
}
