import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../graph/model.js';
import { float32, int64, type Tensor } from '../graph/tensor.js';
import { difference, graphOf, noise, run } from '../testing/graphs.js';
import { summarise, type Statistic } from './statistics.js';

/** A model whose outputs are all summaries of its input `x`. */
function modelOf(dims: readonly number[], masked: boolean) {
  const { nodes, initializers, summaries } = summarise('x', dims, 's', masked ? 'mask' : null);
  const outputs = summaries.map(({ tensor }) => tensor);
  const inputs = { x: ['batch', ...dims.slice(1)] };
  const made = graphOf({ nodes, initializers: Object.fromEntries(initializers), inputs, outputs });
  const mask = { name: 'mask', dtype: 'int64' as const, shape: ['batch', dims[1] as number] };
  const graph = { ...made.graph, inputs: [...made.graph.inputs, ...(masked ? [mask] : [])] };
  const model: Model = { ...made, graph };
  return { model, summaries };
}

/** Expected value of a statistic; `examples` holds the vectors of the positions of each example. */
type Reference = (places: readonly number[][], height: number, width: number) => number[];

const meanOf = (places: readonly number[][]): number[] =>
  (places[0] as number[]).map(
    (_, c) => places.reduce((sum, at) => sum + (at[c] as number), 0) / places.length,
  );

const references: Record<Statistic, Reference> = {
  value: (places) => places.flat(),
  first: (places) => places[0] as number[],
  mean: meanOf,
  deviation: (places) => {
    const mean = meanOf(places);
    const squares = places.map((at) => at.map((value, c) => (value - (mean[c] as number)) ** 2));
    return meanOf(squares).map(Math.sqrt);
  },
  maximum: (places) =>
    (places[0] as number[]).map((_, c) => Math.max(...places.map((at) => at[c] as number))),
  quarters: (places, height, width) => {
    const [below, right] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    const quarter = (lower: boolean, later: boolean): number[] =>
      meanOf(
        places.filter((_, i) => Math.floor(i / width) >= below === lower && i % width >= right === later),
      );
    return [quarter(false, false), quarter(false, true), quarter(true, false), quarter(true, true)].flat();
  },
};

/** The places of each example, each with its channels. */
function placesOf({ dims, data }: Tensor, channelFirst: boolean): number[][][] {
  const [batch, ...rest] = dims as [number, ...number[]];
  const channels = (channelFirst ? rest[0] : rest.at(-1)) as number;
  const places = rest.reduce((a, b) => a * b, 1) / channels;
  return Array.from({ length: batch }, (_, n) =>
    Array.from({ length: places }, (_, p) =>
      Array.from({ length: channels }, (_, c) => {
        const at = channelFirst ? c * places + p : p * channels + c;
        return data[n * places * channels + at] as number;
      }),
    ),
  );
}

async function expectSummaries(
  dims: readonly number[],
  expected: readonly Statistic[],
  channelFirst: boolean,
) {
  const { model, summaries } = modelOf([1, ...dims.slice(1)], false);
  expect(summaries.map(({ statistic }) => statistic)).toEqual(expected);
  const x = noise(`x ${dims}`, dims, 3);
  const found = await run(model, { x });
  const [height, width] = (channelFirst ? dims.slice(2) : dims.slice(1)) as [number, number];
  for (const { statistic, tensor, width: length } of summaries) {
    const vectors = placesOf(x, channelFirst).map((places) => references[statistic](places, height, width));
    const reference = float32([dims[0] as number, length], vectors.flat());
    expect(difference(reference, found[tensor] as Tensor), `${statistic} of [${dims}]`).toBeLessThan(1e-5);
  }
}

const some = fc.integer({ min: 1, max: 4 });
const side = fc.integer({ min: 2, max: 7 });
const ofMap: Statistic[] = ['mean', 'deviation', 'maximum', 'quarters'];

describe('summaries', () => {
  it('of maps, channels first, are those of the definition', () =>
    fc.assert(
      fc.asyncProperty(some, some, side, side, async (batch, channels, height, width) => {
        fc.pre(!(channels === height && height !== width));
        await expectSummaries([batch, channels, height, width], ofMap, true);
      }),
      { numRuns: 25 },
    ));

  it('of square maps, channels last, are those of the definition', () =>
    fc.assert(
      fc.asyncProperty(some, side, some, async (batch, size, more) => {
        await expectSummaries([batch, size, size, size + more], ofMap, false);
      }),
      { numRuns: 25 },
    ));

  it('of sequences are those of the definition', () =>
    fc.assert(
      fc.asyncProperty(some, side, some, async (batch, time, width) => {
        await expectSummaries([batch, time, width], ['mean', 'deviation', 'maximum', 'first'], false);
      }),
      { numRuns: 25 },
    ));

  it.each([[[3, 5]], [[3, 5, 1, 1]], [[2, 1, 6]], [[2, 1, 1, 6]]])(
    'of a vector are the vector: [%s]',
    (dims) => expectSummaries(dims, ['value'], dims[1] !== 1),
  );

  it('of a map one pixel high have no quarters', () =>
    expectSummaries([2, 3, 1, 5], ['mean', 'deviation', 'maximum'], true));
});

describe('what fills up a sequence', () => {
  const width = 3;

  it('changes nothing', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.constantFrom(-50, 0, 50), async (real, filling) => {
        const time = 6;
        const { model, summaries } = modelOf([1, time, width], true);
        const x = noise(`x ${real}`, [real.length, time, width]);
        const examples = placesOf(x, false).map((places, n) => places.slice(0, real[n]));
        const filled = examples.flatMap((places) =>
          Array.from({ length: time }, (_, t) => places[t] ?? [filling, 2 * filling, filling]).flat(),
        );
        const mask = real.flatMap((length) => Array.from({ length: time }, (_, t) => Number(t < length)));
        const found = await run(model, {
          x: float32(x.dims, filled),
          mask: int64(mask, [real.length, time]),
        });
        for (const { statistic, tensor } of summaries) {
          const expected = examples.flatMap((places) => references[statistic](places, 1, 1));
          const reference = float32([real.length, width], expected);
          expect(difference(reference, found[tensor] as Tensor), statistic).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('leaves 0 of a sequence without a token', async () => {
    const { model, summaries } = modelOf([1, 4, width], true);
    const found = await run(model, { x: noise('x', [1, 4, width]), mask: int64([0, 0, 0, 0], [1, 4]) });
    for (const { statistic, tensor } of summaries) {
      if (statistic === 'first') continue;
      expect([...(found[tensor]?.data as Float32Array)].map(Math.abs), statistic).toEqual([0, 0, 0]);
    }
  });
});
