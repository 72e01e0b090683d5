import type { EChartsOption } from 'echarts';
import { objectiveText } from '../format';
import { objectiveAxis, type Objective } from './options';

export interface NamedCurve {
  readonly name: string;
  readonly objective: Objective;
  readonly epochs: readonly { readonly epoch: number; readonly metrics: Readonly<Record<string, number>> }[];
}

/** Draws the learning curves of trials of one or several studies. */
export function compareOption(curves: readonly NamedCurve[]): EChartsOption {
  const { unit } = curves[0]?.objective ?? { unit: 'share' as const };
  return {
    aria: { enabled: true },
    grid: { left: 56, right: 24, top: 64, bottom: 48 },
    legend: { type: 'scroll', top: 0 },
    tooltip: { trigger: 'axis', valueFormatter: (value) => objectiveText(Number(value), { unit }) },
    xAxis: { type: 'value', name: 'epoch', nameLocation: 'middle', nameGap: 28, minInterval: 1, min: 1 },
    yAxis: {
      type: 'value',
      ...objectiveAxis({ unit }),
    },
    series: curves.map(({ name, epochs, objective }) => ({
      type: 'line' as const,
      name,
      symbolSize: 5,
      data: epochs.map(({ epoch, metrics }) => [epoch, metrics[objective.name] ?? null]),
    })),
  };
}

/** The settings of one entry of the comparison. */
export interface Column {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface ComparedRow {
  readonly setting: string;
  readonly values: readonly string[];
  /** Whether the values differ. */
  readonly differs: boolean;
}

/** Lists settings side by side, those that differ first. */
export function comparedRows(columns: readonly Column[]): ComparedRow[] {
  const names = [...new Set(columns.flatMap(({ settings }) => Object.keys(settings)))];
  const rows = names.map((setting) => {
    const values = columns.map(({ settings }) => settings[setting] ?? '–');
    return { setting, values, differs: new Set(values).size > 1 };
  });
  return [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)];
}
