import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node, type GraphNode, type Model } from '../graph/model.js';
import { renameInGraph } from '../graph/rename.js';
import { float32 } from '../graph/tensor.js';
import { graphOf } from '../testing/graphs.js';
import { networkOf, pieces } from '../testing/networks.js';
import { contentHash } from './contentHash.js';
import { extractModel } from './extract.js';

/** A random network up to its features, and the whole with a classifier behind them. */
const networks = pieces.map((list) => {
  const whole = networkOf(list, true);
  const prefix = (model: Model): Model =>
    extractModel(
      model,
      ['x'],
      [whole.features],
      new Map([[whole.features, { dtype: 'float32', dims: [1, 4] }]]),
    );
  return { whole: whole.model, prefix };
});

const withNodes = (model: Model, nodes: readonly GraphNode[]): Model => ({
  ...model,
  graph: { ...model.graph, nodes },
});

/** The network with one number of a weight changed. */
function nudged(model: Model, name: string, at: number): Model {
  const tensor = model.graph.initializers.get(name);
  if (tensor === undefined) throw new Error(name);
  const data = Float32Array.from(tensor.data as Float32Array);
  data[at % data.length] = (data[at % data.length] as number) + 1;
  const initializers = new Map(model.graph.initializers).set(name, float32(tensor.dims, data));
  return { ...model, graph: { ...model.graph, initializers } };
}

describe('the hash of what a graph computes', () => {
  it('is the same under other names and another order of the nodes', () => {
    fc.assert(
      fc.property(networks, fc.infiniteStream(fc.nat()), ({ whole, prefix }, draws) => {
        const model = prefix(whole);
        const renamed = {
          ...model,
          graph: renameInGraph(model.graph, (name) => (name === '' ? '' : `other.${name}`)),
        };
        const order = new Map(renamed.graph.nodes.map((one) => [one, draws.next().value]));
        const shuffled = renamed.graph.nodes
          .toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
          .map((one, i) => ({ ...one, name: `node ${i}` }));
        expect(contentHash(withNodes(renamed, shuffled))).toBe(contentHash(model));
      }),
    );
  });

  it('is another one for any changed weight, attribute or edge', () => {
    fc.assert(
      fc.property(networks, fc.nat(), fc.nat(), ({ whole, prefix }, pick, at) => {
        const model = prefix(whole);
        const hash = contentHash(model);
        const { nodes, initializers } = model.graph;
        const weights = [...initializers.keys()];
        const weight = weights[pick % weights.length];
        if (weight !== undefined) expect(contentHash(nudged(model, weight, at))).not.toBe(hash);
        const place = nodes.length === 0 ? 0 : pick % nodes.length;
        const change = (one: GraphNode): Model =>
          withNodes(
            model,
            nodes.map((item, i) => (i === place ? one : item)),
          );
        const target = nodes[place];
        if (target === undefined) return;
        const other = node('Op', [], [], { changed: 1 }).attributes;
        expect(contentHash(change({ ...target, attributes: { ...target.attributes, ...other } }))).not.toBe(
          hash,
        );
        expect(contentHash(change({ ...target, opType: `${target.opType}2` }))).not.toBe(hash);
        expect(contentHash(change({ ...target, inputs: [...target.inputs, 'x'] }))).not.toBe(hash);
      }),
    );
  });

  it('tells which input, output or branch an edge comes from', () => {
    const make = (inputs: readonly string[], output = 'y'): string =>
      contentHash(
        graphOf({
          inputs: { a: ['batch', 4], b: ['batch', 4] },
          nodes: [
            node('Split', ['a'], ['left', 'right'], { axis: 1, num_outputs: 2 }),
            node('Sub', inputs, ['y']),
            node('Tanh', ['y'], ['z']),
          ],
          outputs: [output],
          initializers: {},
        }),
      );
    const hashes = [
      make(['left', 'right']),
      make(['right', 'left']),
      make(['left', 'left']),
      make(['a', 'b']),
      make(['b', 'a']),
      make(['a', 'b'], 'z'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is the same whatever comes behind the outputs', () => {
    fc.assert(
      fc.property(networks, fc.nat(), ({ whole, prefix }, at) => {
        const changed = nudged(whole, 'fc.weight', at);
        const more = withNodes(changed, [...changed.graph.nodes, node('Tanh', ['logits'], ['more'])]);
        expect(contentHash(prefix(more))).toBe(contentHash(prefix(whole)));
      }),
    );
  });

  it('reads the bodies of branches, and what they capture', () => {
    const withBranch = (capture: string, alpha: number): string => {
      const body = (name: string): Model['graph'] => ({
        name,
        nodes: [node('LeakyRelu', [capture], [`${name} out`], { alpha })],
        inputs: [],
        outputs: [{ name: `${name} out`, dtype: null, shape: null }],
        initializers: new Map(),
      });
      const branch: GraphNode = {
        ...node('If', ['flag'], ['y']),
        attributes: {
          then_branch: { kind: 'graph', value: body('then') },
          else_branch: { kind: 'graph', value: body(`else ${capture}`) },
        },
      };
      const inputs = { a: [4], b: [4], flag: [] };
      return contentHash(graphOf({ inputs, nodes: [branch], outputs: ['y'], initializers: {} }));
    };
    expect(withBranch('a', 0.1)).toBe(withBranch('a', 0.1));
    expect(withBranch('a', 0.1)).not.toBe(withBranch('b', 0.1));
    expect(withBranch('a', 0.1)).not.toBe(withBranch('a', 0.2));
  });
});
