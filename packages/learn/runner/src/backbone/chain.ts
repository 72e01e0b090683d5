import { sha256Of } from '@espalier/base/files';
import { contentHash, workOfGraph, type Model } from '@espalier/onnx';
import { stagesBetween, type PreparedBackbone } from './backbone.js';
import { TRACED_ROWS } from './network.js';

/**
 * How the frozen part of a network is computed: in links, each a graph of its own, that hand an activation
 * on at fixed depths. Whoever continues from such a depth runs the same graphs on the same numbers as who
 * begins at the input, and so gets the same bits; one graph for the whole would be fused otherwise for
 * other outputs.
 */
export interface Chain {
  /** Where activations are handed on, ascending. */
  readonly joints: readonly number[];
  /** The joint that a depth above 0 is computed from, or 0, the input. */
  jointBefore(depth: number): number;
  /** Hash of all that computes the activation at a depth above 0 from the inputs, whatever it is called. */
  keyOf(depth: number): string;
  /** Floating-point operations from the input to a depth, of one example in the shortest bucket. */
  workTo(depth: number): number;
}

/**
 * Least floating-point operations in a link for each number that it hands on. On a processor handing on
 * costs about as much as 600 operations (MobileNetV2: 3.3 ns a number where 1 ns does 180 operations).
 */
const LEAST_WORK = 2000;

const chains = new WeakMap<Model, Chain>();

/**
 * Divides the stages of a backbone into links. Where the joints are depends on what comes before each
 * alone, so that networks with the same first stages have the same first joints.
 */
export function chainOf(prepared: PreparedBackbone): Chain {
  const chain = chains.get(prepared.model) ?? divide(prepared);
  chains.set(prepared.model, chain);
  return chain;
}

function divide(prepared: PreparedBackbone): Chain {
  const { stages, tensors } = prepared;
  const works = stages.map(
    (_, i) => workOfGraph(stagesBetween(prepared, i, i + 1).graph, tensors) / TRACED_ROWS,
  );
  const joints = jointsOf(works, prepared);
  const jointBefore = (depth: number): number => joints.findLast((joint) => joint < depth) ?? 0;
  const keys = new Map<number, string>([[0, 'input']]);
  const keyOf = (depth: number): string => {
    const from = jointBefore(depth);
    const key =
      keys.get(depth) ?? sha256Of(keyOf(from), hashOfPart(prepared, stagesBetween(prepared, from, depth)));
    keys.set(depth, key);
    return key;
  };
  return {
    joints,
    jointBefore,
    keyOf,
    workTo: (depth) => works.slice(0, depth).reduce((sum, work) => sum + work, 0),
  };
}

function jointsOf(works: readonly number[], { stages }: PreparedBackbone): number[] {
  let since = 0;
  return stages.flatMap(({ activation }, i) => {
    since += works[i] as number;
    if (since < LEAST_WORK * activation) return [];
    since = 0;
    return [i + 1];
  });
}

/** Hash of a part that reads one activation, and inputs of the backbone by their place there. */
export function hashOfPart({ model }: PreparedBackbone, part: Model): string {
  const places = model.graph.inputs.map(({ name }) => name);
  return contentHash(part, (name, place) => (place === 0 ? 'activation' : `input ${places.indexOf(name)}`));
}
