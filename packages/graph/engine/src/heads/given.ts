import { stepNames, type HeadsFacts, type HeadsGraphOptions } from '@espalier/autodiff';
import { float32, sizeOf, type Tensor } from '@espalier/onnx';
import type { HeadInput, HeadsTrainer } from '../engine.js';
import { EngineError } from '../errors.js';

/** A head's inputs, and the number of its step, from 1. */
export interface HeadStep {
  readonly input: HeadInput;
  readonly step: number;
}

/** One input of a block's step: what each head has of it. */
interface Row {
  readonly name: string;
  /** The shape of one head's. */
  readonly dims: readonly number[];
  readonly of: (head: HeadStep) => ArrayLike<number>;
  /** Of a slot without a head, and of what a head leaves open, such as rows beyond the batch. */
  readonly idle: Float32Array;
}

/** Fills the inputs of a block's step; their arrays are written anew for each. */
export type Fill = (heads: readonly HeadStep[]) => ReadonlyMap<string, Tensor>;

/** @param reads names of what the step was compiled to read */
export function createFill(
  { heads, batch, width }: HeadsGraphOptions,
  { optimizer, targetWidth }: HeadsFacts,
  reads: ReadonlySet<string>,
): Fill {
  const kept = new Float32Array(reads.has(stepNames.mask) ? batch * width : 0).fill(1);
  const rows: readonly Row[] = [
    {
      name: stepNames.targets,
      dims: [batch, targetWidth],
      of: ({ input }) => input.targets,
      idle: new Float32Array(batch * targetWidth),
    },
    { name: stepNames.rates, dims: [1, 1], of: ({ input }) => [input.rate], idle: Float32Array.of(0) },
    { name: stepNames.decay, dims: [1, 1], of: ({ input }) => [input.weightDecay], idle: Float32Array.of(0) },
    {
      name: stepNames.scalars,
      dims: [1, optimizer.scalarCount],
      of: ({ step }) => optimizer.scalars(step),
      idle: Float32Array.from(optimizer.scalars(1)),
    },
    {
      name: stepNames.clip,
      dims: [1, 1],
      of: ({ input }) => [input.clip ?? Infinity],
      idle: Float32Array.of(Infinity),
    },
    { name: stepNames.mask, dims: [batch, width], of: ({ input }) => input.mask ?? kept, idle: kept },
  ];
  const read = rows
    .filter(({ name }) => reads.has(name))
    .map((row) => ({ ...row, data: new Float32Array(heads * sizeOf(row.dims)) }));
  const tensors = new Map(read.map(({ name, dims, data }) => [name, float32([heads, ...dims], data)]));
  return (given) => {
    for (const { dims, of, idle, data } of read) {
      const length = sizeOf(dims);
      for (let slot = 0; slot < heads; slot++) {
        const head = given[slot];
        const values = head === undefined ? idle : of(head);
        data.set(values, slot * length);
        data.set(idle.subarray(values.length), slot * length + values.length);
      }
    }
    return tensors;
  };
}

/** What inputs of a head must fit. */
export interface Fit extends Pick<HeadsTrainer, 'batch' | 'width' | 'targetWidth'> {
  /** Names of what the step was compiled to read. */
  readonly reads: ReadonlySet<string>;
}

/**
 * Checks a step's inputs of all heads before any of them trains.
 *
 * @throws EngineError for the first that is missing, of no head, or of a wrong size
 */
export function requireInputs(
  names: readonly string[],
  inputs: ReadonlyMap<string, HeadInput>,
  fit: Fit,
): void {
  for (const name of names) {
    const input = inputs.get(name);
    if (input === undefined)
      throw new EngineError(`the step of head '${name}' is not given: drop heads that train no more`);
    const problem = problemOf(input, fit);
    if (problem !== null) throw new EngineError(`head '${name}' ${problem}`);
  }
  if (inputs.size === names.length) return;
  const unknown = [...inputs.keys()].find((name) => !names.includes(name)) ?? '';
  throw new EngineError(`there is no head '${unknown}': give it weights or a state first`);
}

function problemOf(
  { targets, mask, weightDecay }: HeadInput,
  { batch, width, targetWidth, reads }: Fit,
): string | null {
  if (targets.length !== batch * targetWidth)
    return `needs targets of [${batch},${targetWidth}], got ${targets.length} numbers`;
  if (mask !== undefined && !reads.has(stepNames.mask))
    return 'has a mask, and these heads are compiled without dropout';
  if (mask !== undefined && mask.length !== batch * width)
    return `needs a mask of [${batch},${width}], got ${mask.length} numbers`;
  if (weightDecay !== 0 && !reads.has(stepNames.decay))
    return `has a weight decay of ${weightDecay}, and the weights of one output are a vector, which does not decay`;
  return null;
}
