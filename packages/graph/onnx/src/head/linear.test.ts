import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readModel } from '../files/read.js';
import { validateModel } from '../files/validate.js';
import { writeModel } from '../files/write.js';
import { at, lookUp } from '../graph/at.js';
import { node, type Model } from '../graph/model.js';
import { float32, type Tensor } from '../graph/tensor.js';
import { difference, graphOf, noise, run } from '../testing/graphs.js';
import { appendLinearHeads, appendStandardisation, averageModels, type SharedHead } from './linear.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-linear-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const classes = 3;

/** Two tensors of other widths, `a` [batch, 4] and `b` [batch, 2], and what nobody needs. */
const features = graphOf({
  nodes: [
    node('Tanh', ['x'], ['a']),
    node('MatMul', ['a', 'narrow'], ['b']),
    node('Add', ['x', 'spare'], ['unneeded']),
  ],
  initializers: { narrow: noise('narrow', [4, 2]), spare: noise('spare', [4]) },
  outputs: ['a', 'b'],
});

const headOf = (name: string, tensors: readonly (readonly [string, number])[], share = 1): SharedHead => ({
  share,
  bias: noise(`${name} bias`, [classes]),
  parts: tensors.map(([tensor, width]) => ({
    tensor,
    weight: noise(`${name} ${tensor}`, [width, classes], 2),
  })),
});

/** Rows of numbers. */
function rowsOf({ dims, data }: Tensor): number[][] {
  const width = at(dims, 1);
  return Array.from({ length: at(dims, 0) }, (_, row) =>
    Array.from({ length: width }, (_, i) => Number(data[row * width + i])),
  );
}

const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  return logits.map((z) => Math.exp(z) / total);
};

/** Logits of one head in plain JavaScript. */
function logitsOf({ parts, bias }: SharedHead, values: Readonly<Record<string, Tensor>>): number[][] {
  const blocks = parts.map(({ tensor, weight }) => ({ rows: rowsOf(lookUp(values, tensor)), weight }));
  return (blocks[0]?.rows ?? []).map((_, n) =>
    Array.from({ length: classes }, (_, c) =>
      blocks.reduce(
        (sum, { rows, weight }) =>
          at(rows, n).reduce((z, x, i) => z + x * Number(weight.data[i * classes + c]), sum),
        Number(bias.data[c]),
      ),
    ),
  );
}

const mixed = (members: readonly number[][][], shares: readonly number[]): number[][] =>
  at(members, 0).map((row, n) =>
    row.map((_, c) => members.reduce((sum, rows, m) => sum + at(shares, m) * (rows[n]?.[c] as number), 0)),
  );

const tensorOf = (rows: readonly number[][]): Tensor => float32([rows.length, classes], rows.flat());

async function expectOutputs(
  model: Model,
  feeds: Record<string, Tensor>,
  logits: number[][],
  own: number[][],
) {
  validateModel(model, 'linear.onnx');
  const path = join(folder, 'linear.onnx');
  await writeModel(path, model);
  const again = await readModel(path);
  expect(again).toEqual(model);
  const found = await run(again, feeds);
  expect(Object.keys(found).toSorted()).toEqual(['logits', 'probabilities']);
  expect(difference(tensorOf(logits), found['logits'] as Tensor)).toBeLessThan(1e-5);
  expect(difference(tensorOf(own), found['probabilities'] as Tensor)).toBeLessThan(1e-5);
  for (const row of rowsOf(found['probabilities'] as Tensor)) {
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  }
}

describe('appendLinearHeads', () => {
  const x = noise('x', [5, 4], 2);

  it.each([
    ['one tensor', [['b', 2]]],
    [
      'several',
      [
        ['a', 4],
        ['b', 2],
        ['a', 4],
      ],
    ],
  ] as [string, [string, number][]][])('ends a model in one head on %s', async (_, tensors) => {
    const head = headOf('one', tensors);
    const model = appendLinearHeads(features, [head]);
    const logits = logitsOf(head, await run(features, { x }));
    await expectOutputs(model, { x }, logits, logits.map(softmax));
    expect([...model.graph.initializers.keys()]).not.toContain('spare');
    expect(model.graph.nodes.flatMap(({ outputs }) => outputs)).not.toContain('unneeded');
  });

  it('averages the probabilities of several, by their shares', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }),
        async (parts) => {
          const total = parts.reduce((a, b) => a + b, 0);
          const heads = parts.map((part, h) =>
            headOf(
              `head ${h}`,
              h % 2 === 0
                ? [
                    ['a', 4],
                    ['b', 2],
                  ]
                : [['b', 2]],
              part / total,
            ),
          );
          const values = await run(features, { x });
          const members = heads.map((head) => logitsOf(head, values).map(softmax));
          const expected = mixed(
            members,
            heads.map(({ share }) => share),
          );
          const logits = expected.map((row) => row.map(Math.log));
          await expectOutputs(appendLinearHeads(features, heads), { x }, logits, expected);
        },
      ),
      { numRuns: 15 },
    ));

  it('makes way for its names, in the model and for the heads', async () => {
    const nodes = [
      node('Relu', ['x'], ['logits']),
      node('MatMul', ['logits', 'espalier_head_0'], ['probabilities']),
    ];
    const initializers = { espalier_head_0: noise('narrow', [4, 2]) };
    const taken = graphOf({ nodes, initializers, outputs: ['logits', 'probabilities'] });
    const values = await run(taken, { x });
    const head = headOf('taken', [
      ['logits', 4],
      ['probabilities', 2],
    ]);
    const own = logitsOf(head, values);
    await expectOutputs(appendLinearHeads(taken, [head]), { x }, own, own.map(softmax));
    const halves = [head, headOf('another', [['probabilities', 2]])].map((one) => ({ ...one, share: 0.5 }));
    const both = mixed(
      halves.map((one) => logitsOf(one, values).map(softmax)),
      [0.5, 0.5],
    );
    const logits = both.map((row) => row.map(Math.log));
    await expectOutputs(appendLinearHeads(taken, halves), { x }, logits, both);
  });
});

it('appendStandardisation puts an affine map behind the output', async () => {
  const model = { ...features, graph: { ...features.graph, outputs: features.graph.outputs.slice(1) } };
  const [mean, scale] = [float32([2], [0.5, -1]), float32([2], [2, 0.25])];
  const changed = appendStandardisation(model, 'standardised', mean, scale);
  validateModel(changed, 'standardised.onnx');
  const x = noise('x', [3, 4]);
  const before = rowsOf((await run(model, { x }))['b'] as Tensor);
  const found = await run(changed, { x });
  expect(Object.keys(found)).toEqual(['standardised']);
  const expected = before.map(([p, q]) => [2 * ((p as number) - 0.5), 0.25 * ((q as number) + 1)]);
  expect(difference(float32([3, 2], expected.flat()), found['standardised'] as Tensor)).toBeLessThan(1e-6);
});

describe('averageModels', () => {
  const x = noise('x', [4, 4], 2);
  const one = appendLinearHeads(features, [headOf('one', [['b', 2]])]);
  const two = appendLinearHeads(features, [headOf('two', [['a', 4]], 0.5), headOf('three', [['b', 2]], 0.5)]);

  it('averages probabilities by shares, with weights they have in common once', async () => {
    const shares = [0.25, 0.75];
    const average = averageModels([one, two], shares);
    const members = [];
    for (const model of [one, two])
      members.push(rowsOf((await run(model, { x }))['probabilities'] as Tensor));
    const expected = mixed(members, shares);
    const logits = expected.map((row) => row.map(Math.log));
    await expectOutputs(average, { x }, logits, expected);
    const narrow = features.graph.initializers.get('narrow')?.data;
    expect([...average.graph.initializers.values()].filter(({ data }) => data === narrow)).toHaveLength(1);
    expect(average.graph.inputs).toHaveLength(1);
  });

  it('of averages is an average', async () => {
    const nested = averageModels([averageModels([one, two], [0.5, 0.5]), one], [0.5, 0.5]);
    const flat = averageModels([one, two], [0.75, 0.25]);
    const [a, b] = [await run(nested, { x }), await run(flat, { x })];
    expect(difference(b['probabilities'] as Tensor, a['probabilities'] as Tensor)).toBeLessThan(1e-6);
  });
});
