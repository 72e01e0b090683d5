import fc from 'fast-check';
import { at } from '../graph/at.js';
import { node, type GraphNode, type Model } from '../graph/model.js';
import type { Tensor } from '../graph/tensor.js';
import { graphOf, noise } from './graphs.js';

/** A layer that is put behind the tensors that are there already: `from` and `other` pick among them. */
export type Piece =
  | { readonly kind: 'layer' | 'activation' | 'spread'; readonly from: number }
  | { readonly kind: 'skip' | 'branch'; readonly from: number; readonly other: number };

const WIDTH = 4;

const place = fc.nat(6);
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('layer' as const), from: fc.constant(0) }) },
  fc.record({ kind: fc.constantFrom('activation' as const, 'spread' as const), from: fc.constant(0) }),
  fc.record({ kind: fc.constant('layer' as const), from: place }),
  fc.record({
    kind: fc.constantFrom('skip' as const, 'branch' as const),
    from: fc.constant(0),
    other: place,
  }),
);

/** Random networks over [batch, 4]: layers in a row, residual skips, branches, splits. */
export const pieces = fc.array(piece, { minLength: 1, maxLength: 12 });

/** A network of the pieces; tensors are counted from the newest. Features are its output. */
export function networkOf(list: readonly Piece[], classifier: boolean): { model: Model; features: string } {
  const tensors = ['x'];
  const nodes: GraphNode[] = [];
  const initializers: Record<string, Tensor> = {};
  const pick = (back: number): string => at(tensors, Math.max(0, tensors.length - 1 - back));
  const layer = (input: string, output: string): void => {
    initializers[`${output}.weight`] = noise(output, [WIDTH, WIDTH], 0.8);
    initializers[`${output}.bias`] = noise(`${output} bias`, [WIDTH], 0.5);
    nodes.push(node('Gemm', [input, `${output}.weight`, `${output}.bias`], [output]));
  };
  list.forEach((item, i) => {
    const output = `t${i}`;
    const input = pick(item.from);
    if (item.kind === 'layer') layer(input, output);
    else if (item.kind === 'activation') nodes.push(node('Tanh', [input], [output]));
    else if (item.kind === 'skip') nodes.push(node('Add', [input, pick(item.other)], [output]));
    else if (item.kind === 'branch') {
      layer(pick(item.other), `${output}_left`);
      nodes.push(node('Sigmoid', [input], [`${output}_right`]));
      nodes.push(node('Mul', [`${output}_left`, `${output}_right`], [output]));
    } else {
      nodes.push(node('Split', [input], [`${output}_a`, `${output}_b`], { axis: 1, num_outputs: 2 }));
      nodes.push(node('Concat', [`${output}_b`, `${output}_a`], [output], { axis: 1 }));
    }
    tensors.push(output);
  });
  const features = pick(0);
  if (classifier) {
    initializers['fc.weight'] = noise('fc', [WIDTH, 3]);
    nodes.push(node('Gemm', [features, 'fc.weight'], ['logits']));
  }
  const outputs = [classifier ? 'logits' : features];
  return { model: graphOf({ nodes, initializers, outputs, inputs: { x: ['batch', WIDTH] } }), features };
}
