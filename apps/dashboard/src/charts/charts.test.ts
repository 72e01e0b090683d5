import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Curve, Trial } from '../server/api';
import { heatMap } from './heat';
import { curveOption, heatOption, paretoOption, parallelOption, shareAxis, timelineOption } from './options';
import { paretoFront } from './pareto';
import { withPlainTooltips } from './plain';
import { shades } from './shades';

const trialOf = (number: number, change: Partial<Trial> = {}): Trial => ({
  id: `${number}`,
  studyId: 'study',
  role: 'searched',
  number,
  state: 'complete',
  backbone: 'tiny',
  values: { freezeDepth: 1, learningRate: 0.001, augmentation: 'none' },
  written: {},
  reason: 'all epochs',
  worker: null,
  bestEpoch: 1,
  bestObjective: 0.5,
  bestLoss: 0.5,
  startedAt: '2026-01-01T00:00:10.000Z',
  endedAt: '2026-01-01T00:00:30.000Z',
  ...change,
});

/** A trial at a freeze depth and a learning rate. */
const at = (freezeDepth: number, learningRate = 0.001): Pick<Trial, 'values'> => ({
  values: { freezeDepth, learningRate, augmentation: 'none' },
});

const objective = { name: 'accuracy', label: 'Accuracy', direction: 'maximise', unit: 'share' } as const;
const dimensions = [
  { name: 'freezeDepth', label: 'Frozen stages' },
  { name: 'learningRate', label: 'Learning rate' },
  { name: 'augmentation', label: 'Augmentation' },
];

const curveOf = (number: number, accuracies: readonly number[], role: Curve['role'] = 'searched'): Curve => ({
  role,
  number,
  backbone: 'tiny',
  epochs: accuracies.map((accuracy, i) => ({
    epoch: i + 1,
    trainLoss: 1,
    validationLoss: 1,
    metrics: { accuracy },
    learningRate: 0.01,
    seconds: 2,
  })),
});

/** What an axis writes at a value. */
const tickOf = (axis: unknown, value: number): string =>
  (axis as { axisLabel: { formatter: (value: number) => string } }).axisLabel.formatter(value);

/** Of two colours, by WCAG 2.2. */
function contrastOf(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

it('the front is what no other point beats in both', () => {
  const point = fc.record({ cost: fc.nat(20), value: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 30 }), (given) => {
      const points = given.map((one, number) => ({ ...one, number }));
      const front = paretoFront(points);
      const beats = (a: (typeof points)[number], b: (typeof points)[number]): boolean =>
        a.cost <= b.cost && a.value >= b.value && (a.cost < b.cost || a.value > b.value);
      for (const one of front) expect(points.some((other) => beats(other, one))).toBe(false);
      for (const one of points) {
        const covered = front.some((other) => other.cost <= one.cost && other.value >= one.value);
        expect(covered).toBe(true);
      }
      front.slice(1).forEach((one, i) => expect(one.value).toBeGreaterThan(front[i]?.value as number));
    }),
  );
});

describe('the heat map', () => {
  it('keeps the best of each freeze depth and rate, of one backbone', () => {
    const trials = [
      trialOf(0, { ...at(2), bestObjective: 0.5 }),
      trialOf(1, { ...at(2, 0.0011), bestObjective: 0.7 }),
      trialOf(2, { ...at(0, 0.01), bestObjective: 0.6 }),
      trialOf(3, { ...at(0, 0.01), bestObjective: null }),
      trialOf(4, { backbone: 'other', ...at(9), bestObjective: 1 }),
    ];
    expect(heatMap(trials, 'tiny', objective)).toEqual({
      depths: [0, 2],
      rates: [-3, -2],
      cells: [
        [1, 0, 0.7, 1],
        [0, 1, 0.6, 2],
      ],
    });
    const least = { ...objective, direction: 'minimise' } as const;
    expect(heatMap(trials, 'tiny', least).cells).toContainEqual([1, 0, 0.5, 0]);
    expect(heatMap([], 'tiny', objective)).toEqual({ depths: [], rates: [], cells: [] });
  });

  it('is coloured by accuracy', () => {
    const option = heatOption(
      [trialOf(7, { bestObjective: 0.25 }), trialOf(8, { ...at(2), bestObjective: 0.75 })],
      'tiny',
      'light',
      objective,
    );
    expect(option.visualMap).toMatchObject({ dimension: 2, min: 0.25, max: 0.75 });
  });
});

it('an axis of shares shows what there is, and never more than all', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (a, b) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)];
      const [low, high] = [shareAxis.min({ min }), shareAxis.max({ max })];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(min);
      expect(high).toBeLessThanOrEqual(1);
      expect(high).toBeGreaterThanOrEqual(max);
      expect(high).toBeGreaterThan(low);
    }),
  );
});

describe('charts', () => {
  it('draw a line for each trial that has an epoch, a baseline dashed', () => {
    const { series } = curveOption(
      [curveOf(1, [0.2, 0.4]), curveOf(0, [0.1], 'baseline'), curveOf(0, [])],
      'objective',
      objective,
    );
    expect(series).toMatchObject([
      { name: 'baseline from random weights', lineStyle: { type: 'dashed' }, data: [[1, 0.1]] },
      {
        name: 'trial 1',
        data: [
          [1, 0.2],
          [2, 0.4],
        ],
      },
    ]);
  });

  it.each(['light', 'dark'] as const)('tell more from less on a page that is %s', (scheme) => {
    const page = { light: '#ffffff', dark: '#242424' }[scheme];
    const contrast = (colour: string): number => contrastOf(colour, page);
    const { scale, lines, text, axis } = shades[scheme];
    for (const [least, most] of [scale, lines]) expect(contrast(most)).toBeGreaterThan(2 * contrast(least));
    expect(contrast(text)).toBeGreaterThan(4.5);
    // WCAG 2.2, 1.4.11: what is needed to understand a figure.
    for (const drawn of [axis, lines[0], lines[1], scale[1]]) expect(contrast(drawn)).toBeGreaterThan(3);
    expect(heatOption([trialOf(1)], 'tiny', scheme, objective).visualMap).toMatchObject({
      inRange: { color: scale },
      textStyle: { color: text },
    });
    const two = [trialOf(1), trialOf(2, at(2))];
    const { parallelAxis } = parallelOption(two, scheme, dimensions, objective);
    const coloured = { nameTextStyle: { color: text }, axisLabel: { color: text } };
    expect(parallelAxis).toMatchObject(Array.from({ length: 2 }, () => coloured));
  });

  it('write learning rates as rates, and time as durations', () => {
    const two = [trialOf(1), trialOf(2, at(1, 0.05))];
    const { parallelAxis } = parallelOption(two, 'light', dimensions, objective);
    expect(parallelAxis).toMatchObject([{ name: 'learning rate' }, { name: 'accuracy' }]);
    expect(tickOf((parallelAxis as unknown[])[0], -3)).toBe('1e-3');
    expect(tickOf(timelineOption([trialOf(1)], null, 0).xAxis, 200)).toBe('3 min 20 s');
    expect(tickOf(paretoOption([trialOf(1)], [], objective).xAxis, 0.4)).toBe('0.4 s');
  });

  it('lead each trial through the dimensions in which trials differ, names among them', () => {
    const values = { freezeDepth: 1, learningRate: 0.001, augmentation: 'flip' };
    const { parallelAxis, series } = parallelOption(
      [trialOf(0), trialOf(1, { values, bestObjective: 0.7 }), trialOf(0, { role: 'baseline' })],
      ...(['light', dimensions, objective] as const),
    );
    expect(parallelAxis).toMatchObject([
      { name: 'augmentation', type: 'category', data: ['flip', 'none'] },
      { name: 'accuracy' },
    ]);
    expect(series).toMatchObject([
      {
        data: [
          ['none', 0.5],
          ['flip', 0.7],
        ],
      },
    ]);
  });

  it('set accuracy against the time of training', () => {
    const random = trialOf(0, { role: 'baseline', bestObjective: 1 });
    const trials = [trialOf(0, { bestObjective: 0.4 }), trialOf(1, { bestObjective: 0.3 }), random];
    const curves = [curveOf(0, [0.4]), curveOf(1, [0.1, 0.3]), curveOf(0, [1], 'baseline')];
    const { series } = paretoOption(trials, curves, objective);
    expect(series).toMatchObject([
      {
        data: [
          [2, 0.4, 0],
          [4, 0.3, 1],
        ],
      },
      { data: [[2, 0.4, 0]] },
    ]);
  });

  it('show when each trial ran, and one that runs until now', () => {
    const trials = [trialOf(1, { endedAt: null }), trialOf(0, { startedAt: '2026-01-01T00:00:05.000Z' })];
    const { series, yAxis } = timelineOption(trials, '2026-01-01T00:00:00.000Z', 50);
    expect(yAxis).toMatchObject({ data: ['trial 0', 'trial 1'] });
    expect(series).toMatchObject([{ data: [5, 10] }, { data: [25, 40] }]);
  });

  it('hold with nothing in them', () => {
    expect(curveOption([], 'trainLoss', objective).series).toEqual([]);
    expect(parallelOption([], 'dark', dimensions, objective).series).toMatchObject([{ data: [] }]);
    expect(timelineOption([], null, 0).series).toMatchObject([{ data: [] }, { data: [] }]);
  });
});

it('tooltips are text, in which nothing of others is HTML', () => {
  const attack = '<img src=x onerror=alert(1)>';
  const trials = [trialOf(0, { reason: attack, backbone: attack })];
  const options = [
    timelineOption(trials, '2026-01-01T00:00:00.000Z', 60),
    heatOption(trials, attack, 'light', objective),
    paretoOption(trials, [curveOf(0, [0.5])], objective),
    parallelOption(trials, 'light', dimensions, objective),
    curveOption([curveOf(0, [0.5])], 'objective', objective),
  ];
  for (const option of options.map(withPlainTooltips)) {
    if (option.tooltip !== undefined) expect(option.tooltip).toMatchObject({ renderMode: 'richText' });
  }
  expect(options.some(({ tooltip }) => tooltip !== undefined)).toBe(true);
});
