import type { EChartsOption } from 'echarts';
import type { DatasetSummary } from '../server/api';

const aria = { enabled: true };
const splitNames = ['train', 'validation', 'test'] as const;

/** Draws the number of examples per class, stacked by split. */
export function balanceOption({ classes, splits }: DatasetSummary): EChartsOption {
  return {
    aria,
    grid: { left: 16, right: 24, top: 40, bottom: 16, containLabel: true },
    legend: { top: 0 },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { type: 'value', minInterval: 1 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...classes],
      axisLabel: { width: 140, overflow: 'truncate' },
    },
    series: splitNames.map((name) => ({ type: 'bar' as const, name, stack: 'all', data: [...splits[name]] })),
  };
}

export type MapColour = 'label' | 'split';

/** Largest number of series with a colour of their own; more colours would be indistinguishable. */
const MOST_COLOURS = 20;

/** Draws examples in a plane, similar ones near each other, with a series for each class or split. */
export function mapOption({ classes, map }: DatasetSummary, by: MapColour): EChartsOption {
  const groupOf = ({ label, split }: (typeof map.points)[number]): string => {
    if (by === 'split') return split;
    return label < MOST_COLOURS ? (classes[label] ?? '') : 'other classes';
  };
  const groups = [...new Set(map.points.map(groupOf))].sort();
  return {
    aria,
    grid: { left: 16, right: 150, top: 16, bottom: 16 },
    legend: { type: 'scroll', orient: 'vertical', right: 0, top: 8, width: 130 },
    // The axes have no meaning; only distances have.
    xAxis: { type: 'value', scale: true, show: false },
    yAxis: { type: 'value', scale: true, show: false },
    series: groups.map((name) => ({
      type: 'scatter' as const,
      name,
      symbolSize: 7,
      itemStyle: { opacity: 0.75 },
      data: map.points
        .filter((point) => groupOf(point) === name)
        .map(({ id, x, y }) => ({ name: id, value: [x, y] })),
    })),
  };
}
