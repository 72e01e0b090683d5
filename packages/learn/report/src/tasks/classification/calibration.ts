import type { StudyReport } from '@espalier/study';
import { colours, heading, named, percentTick } from '../../charts/style.js';
import { renderSvg } from '../../charts/svg.js';
import { fixed } from '../../format.js';
import { classified } from './classified.js';

const left = 70;
const width = 450;

/** The reliability diagram of the test split, and how many examples each bin holds. */
export function calibrationChart({ best, dataset }: StudyReport): string {
  const test = classified(best.test);
  const bins = test.reliability.filter(({ count }) => count > 0);
  const middle = ({ low, high }: (typeof bins)[number]): number => (low + high) / 2;
  const bar = {
    type: 'bar' as const,
    barWidth: width / test.reliability.length - 2,
  };
  const share = { type: 'value' as const, min: 0, max: 1, containShape: false };
  return renderSvg({
    width: left + width + 40,
    height: 560,
    title: `Calibration on ${dataset.name}`,
    description: `Accuracy by confidence on ${test.examples} test examples; expected calibration error ${fixed(test.calibrationError)}.`,
    option: {
      title: [heading(`Calibration on the test split, ECE ${fixed(test.calibrationError)}`)],
      legend: {
        top: 34,
        left: 16,
        textStyle: { color: colours.text },
        itemGap: 30,
        data: [{ name: 'accuracy' }, { name: 'perfectly calibrated', itemStyle: { opacity: 0 } }],
      },
      grid: [
        { left, top: 74, width, height: 290, outerBoundsMode: 'none' },
        { left, top: 410, width, height: 80, outerBoundsMode: 'none' },
      ],
      xAxis: [0, 1].map((gridIndex) => ({
        gridIndex,
        ...share,
        splitLine: { show: false },
        ...(gridIndex === 1 && named('confidence', 28)),
        axisLabel: { color: colours.text, formatter: percentTick },
      })),
      yAxis: [
        { ...share, ...named('accuracy', 48), axisLabel: { color: colours.text, formatter: percentTick } },
        { gridIndex: 1, type: 'value', minInterval: 1, splitNumber: 2, ...named('examples', 48) },
      ],
      series: [
        {
          ...bar,
          name: 'accuracy',
          itemStyle: { color: colours.best },
          data: bins.map((bin) => [middle(bin), bin.accuracy]),
        },
        {
          type: 'line',
          name: 'perfectly calibrated',
          symbol: 'none',
          itemStyle: { color: colours.baseline },
          lineStyle: { color: colours.baseline, type: 'dashed', width: 2 },
          data: [
            [0, 0],
            [1, 1],
          ],
        },
        {
          ...bar,
          name: 'examples',
          xAxisIndex: 1,
          yAxisIndex: 1,
          itemStyle: { color: colours.line },
          data: bins.map((bin) => [middle(bin), bin.count]),
        },
      ],
    },
  });
}
