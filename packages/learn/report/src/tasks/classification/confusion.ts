import type { StudyReport } from '@espalier/study';
import { colours, heading, named, percentTick } from '../../charts/style.js';
import { renderSvg } from '../../charts/svg.js';
import { counted } from '../../format.js';
import { shorten } from '../../text.js';
import { classified } from './classified.js';

const top = 50;

/** The confusion matrix of the test split as a heat map: coloured by share of the label, with counts. */
export function confusionChart({ best, dataset }: StudyReport): string {
  const test = classified(best.test);
  const classes = dataset.classes.map((name) => shorten(name, 20));
  const margin = 30 + 7 * Math.max(4, ...classes.map(({ length }) => length));
  const left = margin + 24;
  const cell = Math.max(26, Math.min(64, Math.floor(600 / classes.length)));
  const size = cell * classes.length;
  const axis = {
    type: 'category' as const,
    data: classes,
    splitLine: { show: false },
    axisTick: { show: false },
  };
  const label = { color: colours.text, interval: 0 };
  return renderSvg({
    width: Math.max(left + size + 110, 420),
    height: top + size + margin + 20,
    title: `Confusion matrix of ${dataset.name}`,
    description: `Rows are the labels and columns the predictions of ${counted(test.examples, 'test example')} in ${counted(classes.length, 'class', 'classes')}.`,
    option: {
      title: [heading('Confusion on the test split')],
      grid: { left, top, width: size, height: size },
      xAxis: { ...axis, ...named('predicted', margin - 8), axisLabel: { ...label, rotate: 90 } },
      yAxis: { ...axis, ...named('label', margin), inverse: true, axisLabel: label },
      visualMap: {
        min: 0,
        max: 1,
        dimension: 2,
        calculable: false,
        right: 12,
        top,
        itemHeight: Math.min(140, size - 40),
        text: ['100 %', '0 %'],
        textStyle: { color: colours.text },
        formatter: (value) => percentTick(Number(value)),
        inRange: { color: ['#ffffff', '#9ecae1', '#0072b2', '#08306b'] },
      },
      series: [
        {
          type: 'heatmap',
          data: test.confusion.flatMap((row, y) => cellsOf(row, y)),
          itemStyle: { borderColor: '#d0d0d0', borderWidth: 1 },
          label: { show: true, fontSize: cell < 32 ? 10 : 12 },
        },
      ],
    },
  });
}

function cellsOf(row: readonly number[], y: number) {
  const total = Math.max(
    1,
    row.reduce((sum, count) => sum + count, 0),
  );
  return row.map((count, x) => ({
    value: [x, y, count / total],
    label: {
      formatter: count === 0 ? '' : String(count),
      color: count / total > 0.45 ? '#ffffff' : colours.text,
    },
  }));
}
