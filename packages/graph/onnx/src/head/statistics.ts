import { at, take } from '../graph/at.js';
import { node, type GraphNode } from '../graph/model.js';
import { int64, scalar, type Tensor } from '../graph/tensor.js';
import { channelAxis } from './pooling.js';

/** A way to make one vector of a tensor with places (pixels, tokens, frames). */
export type Statistic = 'value' | 'mean' | 'deviation' | 'maximum' | 'first' | 'quarters';

export interface Summary {
  readonly statistic: Statistic;
  /** Name of the tensor [batch, width]. */
  readonly tensor: string;
  readonly width: number;
}

export interface Summaries {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly (readonly [string, Tensor])[];
  readonly summaries: readonly Summary[];
}

/** Collects the nodes of some summaries under names of their own. */
class Builder {
  readonly nodes: GraphNode[] = [];
  readonly initializers: [string, Tensor][] = [];

  constructor(private readonly prefix: string) {}

  add(
    part: string,
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, number> = {},
  ): string {
    const output = `${this.prefix}_${part}`;
    this.nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  constant(part: string, tensor: Tensor): string {
    const name = `${this.prefix}_${part}`;
    if (!this.initializers.some(([known]) => known === name)) this.initializers.push([name, tensor]);
    return name;
  }

  axes(part: string, axes: readonly number[]): string {
    return this.constant(part, int64(axes));
  }
}

/**
 * Nodes that summarise a tensor over its places. A vector stays as it is; a sequence [batch, time, width]
 * has a mean, a deviation, a maximum and its first token, without what fills it up (all but the last are
 * 0 where there is nothing else); a map of two axes has the first three and the mean of each quarter of it.
 *
 * @param tensor name of the tensor
 * @param dims its traced shape, the batch first
 * @param prefix of the names of what is added
 * @param mask name of an int64 tensor [batch, time] that is 0 for what fills up a sequence; null without
 */
export function summarise(
  tensor: string,
  dims: readonly number[],
  prefix: string,
  mask: string | null,
): Summaries {
  const builder = new Builder(prefix);
  const channel = channelAxis(dims);
  const width = at(dims, channel);
  const places = dims.slice(1).reduce((a, b) => a * b, 1) / width;
  if (dims.length < 3 || places === 1) return asVector(builder, tensor, dims);
  const axes = dims.map((_, axis) => axis).filter((axis) => axis > 0 && axis !== channel);
  const made =
    dims.length === 3 && mask !== null
      ? maskedMoments(builder, tensor, mask)
      : moments(builder, tensor, axes);
  const extra =
    dims.length === 3
      ? [first(builder, tensor)]
      : axes.length === 2 && axes.every((axis) => at(dims, axis) > 1)
        ? [quarters(builder, tensor, dims, take(axes, 2))]
        : [];
  const summaries = [...made, ...extra].map(([statistic, name]) => ({
    statistic,
    tensor: name,
    width: statistic === 'quarters' ? 4 * width : width,
  }));
  return { nodes: builder.nodes, initializers: builder.initializers, summaries };
}

type NamedStatistic = readonly [Statistic, string];

function asVector(builder: Builder, tensor: string, dims: readonly number[]): Summaries {
  const width = dims.slice(1).reduce((a, b) => a * b, 1);
  const shape = builder.constant('shape', int64([-1, width]));
  const output = builder.add('value', 'Reshape', [tensor, shape]);
  const { nodes, initializers } = builder;
  return { nodes, initializers, summaries: [{ statistic: 'value', tensor: output, width }] };
}

function moments(builder: Builder, tensor: string, over: readonly number[]): NamedStatistic[] {
  const axes = builder.axes('axes', over);
  const kept = builder.add('kept_mean', 'ReduceMean', [tensor, axes], { keepdims: 1 });
  const mean = builder.add('mean', 'ReduceMean', [tensor, axes], { keepdims: 0 });
  const centred = builder.add('centred', 'Sub', [tensor, kept]);
  const squares = builder.add('squares', 'Mul', [centred, centred]);
  const variance = builder.add('variance', 'ReduceMean', [squares, axes], { keepdims: 0 });
  return [
    ['mean', mean],
    ['deviation', builder.add('deviation', 'Sqrt', [variance])],
    ['maximum', builder.add('maximum', 'ReduceMax', [tensor, axes], { keepdims: 0 })],
  ];
}

const FLOAT = 1;
/** Below any activation; what fills up a sequence is never its maximum. */
const LOWEST = 1e6;

function maskedMoments(builder: Builder, tensor: string, mask: string): NamedStatistic[] {
  const [time, last] = [builder.axes('time', [1]), builder.axes('last', [-1])];
  const one = builder.constant('one', scalar(1));
  const real = builder.add('real', 'Cast', [mask], { to: FLOAT });
  const column = builder.add('column', 'Unsqueeze', [real, last]);
  const tokens = builder.add('tokens', 'ReduceSum', [real, time], { keepdims: 1 });
  const count = builder.add('count', 'Max', [tokens, one]);
  const meanOf = (part: string, values: string): string => {
    const kept = builder.add(`${part}_kept`, 'Mul', [values, column]);
    const sum = builder.add(`${part}_sum`, 'ReduceSum', [kept, time], { keepdims: 0 });
    return builder.add(part, 'Div', [sum, count]);
  };
  const mean = meanOf('mean', tensor);
  const centre = builder.add('centre', 'Unsqueeze', [mean, time]);
  const centred = builder.add('centred', 'Sub', [tensor, centre]);
  const variance = meanOf('variance', builder.add('squares', 'Mul', [centred, centred]));
  const hidden = builder.add('hidden', 'Sub', [column, one]);
  const low = builder.add('low', 'Mul', [hidden, builder.constant('lowest', scalar(LOWEST))]);
  const lowered = builder.add('lowered', 'Add', [tensor, low]);
  const highest = builder.add('highest', 'ReduceMax', [lowered, time], { keepdims: 0 });
  // 1, or 0 for a sequence without a token, which has no maximum.
  const any = builder.add('any', 'Div', [tokens, count]);
  return [
    ['mean', mean],
    ['deviation', builder.add('deviation', 'Sqrt', [variance])],
    ['maximum', builder.add('maximum', 'Mul', [highest, any])],
  ];
}

const first = (builder: Builder, tensor: string): NamedStatistic => [
  'first',
  builder.add('first', 'Gather', [tensor, builder.constant('zero', int64([0], []))], { axis: 1 }),
];

/** The mean of each quarter of a map, side by side: upper left, upper right, lower left, lower right. */
function quarters(
  builder: Builder,
  tensor: string,
  dims: readonly number[],
  [vertical, horizontal]: readonly [number, number],
): NamedStatistic {
  const over = builder.axes('axes', [vertical, horizontal]);
  const halves = (axis: number): readonly [number, number][] => {
    const middle = Math.ceil(at(dims, axis) / 2);
    return [
      [0, middle],
      [middle, at(dims, axis)],
    ];
  };
  const means = halves(vertical).flatMap((rows, i) =>
    halves(horizontal).map((columns, j) => {
      const part = `quarter${2 * i + j}`;
      const slice = builder.add(`${part}_places`, 'Slice', [
        tensor,
        builder.axes(`${part}_start`, [rows[0], columns[0]]),
        builder.axes(`${part}_end`, [rows[1], columns[1]]),
        over,
      ]);
      return builder.add(part, 'ReduceMean', [slice, over], { keepdims: 0 });
    }),
  );
  return ['quarters', builder.add('quarters', 'Concat', means, { axis: 1 })];
}
