import { inSentence } from '@espalier/study/words';
import type { EChartsOption } from 'echarts';
import type { Curve, Study, Trial } from '../server/api';
import { duration, objectiveText, percent, rate, trialTitle } from '../format';
import { heatMap } from './heat';
import { paretoFront } from './pareto';
import { shades, type Scheme } from './shades';

/** The objective of a study. */
export type Objective = Study['objective'];

/** The measure of an epoch that learning curves show. */
export type CurveMetric = 'objective' | 'validationLoss' | 'trainLoss';

export const metricNames = ({ label }: Pick<Objective, 'label'>): Readonly<Record<CurveMetric, string>> => ({
  objective: `Validation ${inSentence(label)}`,
  validationLoss: 'Validation loss',
  trainLoss: 'Training loss',
});

const grid = { left: 56, right: 24, top: 24, bottom: 48 };
/** Lets screen readers read charts. */
const aria = { enabled: true };
const isShare = (metric: CurveMetric, { unit }: Objective): boolean =>
  metric === 'objective' && unit === 'share';

const isSearched = ({ role }: { readonly role: string }): boolean => role === 'searched';

/** Formats a share at an axis, as in `87 %`. */
export const wholePercent = (share: number): string => `${Math.round(100 * share)} %`;

/** Fits an axis of shares to the data within 0 and 1, with a margin. */
export const shareAxis = {
  min: ({ min }: { readonly min: number }) => Math.max(0, Math.floor(20 * min - 0.5) / 20),
  max: ({ max }: { readonly max: number }) => Math.min(1, Math.ceil(20 * max + 0.5) / 20),
};

/** Axis of an objective: shares are fitted to the data within 0 and 1. */
export const objectiveAxis = ({ unit }: Pick<Objective, 'unit'>) =>
  unit === 'share'
    ? { ...shareAxis, axisLabel: { formatter: wholePercent } }
    : { scale: true, axisLabel: { formatter: (value: number) => `${value}` } };

export function curveOption(
  curves: readonly Curve[],
  metric: CurveMetric,
  objective: Objective,
): EChartsOption {
  const shown = [...curves]
    .sort((a, b) => a.role.localeCompare(b.role) || a.number - b.number)
    .filter(({ epochs }) => epochs.length > 0);
  const share = isShare(metric, objective);
  const valueOf = (epoch: Curve['epochs'][number]): number | null =>
    metric === 'objective' ? (epoch.metrics[objective.name] ?? null) : epoch[metric];
  return {
    aria,
    grid: { ...grid, right: 110 },
    tooltip: {
      trigger: 'axis',
      valueFormatter: (value) => (share ? percent(Number(value)) : Number(value).toFixed(3)),
    },
    legend: { type: 'scroll', orient: 'vertical', right: 0, top: 20 },
    xAxis: { type: 'value', name: 'epoch', nameLocation: 'middle', nameGap: 28, minInterval: 1, min: 1 },
    yAxis: {
      type: 'value',
      ...objectiveAxis({ unit: share ? 'share' : 'number' }),
    },
    series: shown.map((curve) => ({
      type: 'line' as const,
      name: trialTitle(curve),
      symbolSize: 5,
      ...(!isSearched(curve) && { lineStyle: { type: 'dashed' as const } }),
      data: curve.epochs.map((epoch) => [epoch.epoch, valueOf(epoch)]),
    })),
  };
}

export function heatOption(
  trials: readonly Trial[],
  backbone: string,
  scheme: Scheme,
  objective: Objective,
): EChartsOption {
  const { depths, rates, cells } = heatMap(trials.filter(isSearched), backbone, objective);
  const values = cells.map(([, , value]) => value);
  return {
    aria,
    grid: { ...grid, left: 72, right: 96 },
    tooltip: {
      formatter: (params) => {
        const [x, y, value, number] = (params as unknown as { data: [number, number, number, number] }).data;
        return `${depths[x]} stages frozen, rate from ${rate(10 ** (rates[y] as number))}: ${objectiveText(value, objective)} (trial ${number})`;
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
      ...spanOf(values, objective),
      right: 0,
      top: 'middle',
      calculable: true,
      formatter: (value) => objectiveText(Number(value), objective),
      // One hue, so that lightness alone carries the value.
      inRange: { color: [...shades[scheme].scale] },
      textStyle: { color: shades[scheme].text },
    },
    series: [{ type: 'heatmap', data: cells.map((cell) => [...cell]) }],
  };
}

/** Bounds of a colour scale; shares lie in 0..1. */
function spanOf(
  values: readonly number[],
  { unit }: Objective,
): { readonly min: number; readonly max: number } {
  const [low, high] = unit === 'share' ? [1, 0] : [Infinity, -Infinity];
  const [min, max] = [Math.min(...values, low), Math.max(...values, high)];
  return Number.isFinite(min) && Number.isFinite(max) ? { min, max } : { min: 0, max: 1 };
}

/** The values of a dimension among trials: numbers on a scale, names as categories. */
function valuesOf(trials: readonly Trial[], name: string): readonly (number | string)[] {
  return trials.flatMap(({ values }) => values[name] ?? []);
}

/** Whether numbers span more than a power of ten, as learning rates do. */
const isLogarithmic = (values: readonly number[]): boolean =>
  values.every((value) => value > 0) && Math.max(...values) > 10 * Math.min(...values);

/** The library's types need each kind of axis separately. */
type ParallelAxes = NonNullable<EChartsOption['parallelAxis']>;

/** An axis of a dimension, and the position of a trial on it. */
function axisOf({ name, label }: Study['dimensions'][number], trials: readonly Trial[]) {
  const values = valuesOf(trials, name);
  const title = inSentence(label);
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) {
    const names = [...new Set(values.map(String))].sort();
    return {
      axis: { name: title, type: 'category' as const, data: names, axisLabel: {} },
      place: (trial: Trial) => String(trial.values[name] ?? ''),
    };
  }
  if (isLogarithmic(numbers)) {
    return {
      axis: { name: title, scale: true, axisLabel: { formatter: (power: number) => rate(10 ** power) } },
      place: (trial: Trial) => Math.log10(Number(trial.values[name])),
    };
  }
  const whole = numbers.every(Number.isInteger);
  return {
    axis: { name: title, scale: true, ...(whole && { minInterval: 1 }), axisLabel: {} },
    place: (trial: Trial) => Number(trial.values[name]),
  };
}

/** Draws each trial as a line through the dimensions in which trials differ, ending at its objective. */
export function parallelOption(
  trials: readonly Trial[],
  scheme: Scheme,
  dimensions: Study['dimensions'],
  objective: Objective,
): EChartsOption {
  const { text, axis, lines } = shades[scheme];
  const known = trials.filter((trial) => trial.bestObjective !== null && isSearched(trial));
  const varied = dimensions.filter(({ name }) => new Set(valuesOf(known, name)).size > 1);
  const axes = varied.map((dimension) => axisOf(dimension, known));
  const last = { name: inSentence(objective.label), ...objectiveAxis(objective) };
  const values = known.map(({ bestObjective }) => bestObjective as number);
  return {
    aria,
    parallel: { left: 56, right: 72, top: 40, bottom: 24 },
    // The theme defines no colours for these axes.
    parallelAxis: [...axes.map((one) => one.axis), last].map(({ axisLabel, ...one }, dim) => ({
      ...one,
      dim,
      nameTextStyle: { color: text },
      axisLabel: { color: text, ...axisLabel },
      axisLine: { lineStyle: { color: axis } },
      axisTick: { lineStyle: { color: axis } },
    })) as ParallelAxes,
    visualMap: {
      show: false,
      dimension: axes.length,
      ...spanOf(values, objective),
      inRange: { color: [...lines] },
    },
    series: [
      {
        type: 'parallel',
        lineStyle: { width: 2, opacity: 0.7 },
        data: known.map((trial) => [...axes.map(({ place }) => place(trial)), trial.bestObjective as number]),
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

/** Plots the objective against the seconds of training, with the Pareto front. */
export function paretoOption(
  trials: readonly Trial[],
  curves: readonly Curve[],
  objective: Objective,
): EChartsOption {
  const sign = objective.direction === 'maximise' ? 1 : -1;
  const seconds = new Map(
    curves
      .filter(isSearched)
      .map(({ number, epochs }) => [number, epochs.reduce((sum, epoch) => sum + epoch.seconds, 0)]),
  );
  const points = trials
    .filter((trial) => trial.bestObjective !== null && isSearched(trial) && seconds.has(trial.number))
    .map(({ number, bestObjective }) => ({
      number,
      cost: seconds.get(number) as number,
      value: sign * (bestObjective as number),
    }));
  const front = paretoFront(points);
  return {
    aria,
    grid,
    tooltip: {
      formatter: (params) => {
        const [cost, value, number] = (params as unknown as { data: [number, number, number] }).data;
        return `trial ${number}: ${objectiveText(value, objective)} after ${duration(cost)}`;
      },
    },
    xAxis: { ...timeAxis, name: 'time of training', scale: true },
    yAxis: { type: 'value', ...objectiveAxis(objective) },
    series: [
      {
        type: 'scatter',
        name: 'trials',
        data: points.map(({ cost, value, number }) => [cost, sign * value, number]),
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
          formatter: ({ data }) => `trial ${(data as [number, number, number])[2]}`,
        },
        labelLayout: { hideOverlap: true },
        data: front.map(({ cost, value, number }) => [cost, sign * value, number]),
      },
    ],
  };
}

/** Plots the start and end of each trial, in seconds of the study. */
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
        return `${trialTitle(trial)}: ${duration(at(trial.startedAt))} to ${until}, ${trial.reason ?? trial.state}`;
      },
    },
    xAxis: { ...timeAxis, name: 'time of the study' },
    yAxis: { type: 'category', inverse: true, data: shown.map(trialTitle) },
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
