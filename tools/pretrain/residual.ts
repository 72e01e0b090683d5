import { float32, node, type GraphNode, type Model, type Tensor } from '@espalier/onnx';

const STEM = 16;
const STAGES = [24, 48, 128] as const;
const FEATURES = 192;

interface Draft {
  readonly nodes: GraphNode[];
  readonly initializers: Map<string, Tensor>;
}

export interface ResidualNetwork {
  readonly name: string;
  /** Name of the graph's input. */
  readonly input: string;
  /** Channels, height and width of one example; the last two are multiples of 16. */
  readonly dims: readonly [number, number, number];
  /** Height and width of the last layer's kernel, which comes without padding. */
  readonly mix: readonly [number, number];
}

/**
 * The untrained network: a residual CNN without normalisation, so that what it computes does not
 * depend on batch statistics. Every weight is zero until `initialiseModel` fills it in.
 *
 * Blocks are pre-activation ones (He et al., 2016) whose branch ends in a learned scale for each
 * channel, as in SkipInit (De & Smith, 2020). The input [batch, channels, height, width] becomes
 * `features` [batch, 192, height / 16, width / 16], less what the last kernel takes.
 */
export function buildResidualNetwork({ name, input, dims, mix }: ResidualNetwork): Model {
  const draft: Draft = { nodes: [], initializers: new Map() };
  const [channels, height, width] = dims;
  let depth: number = STEM;
  let current = relu(draft, conv(draft, 'stem', input, { from: channels, to: STEM, stride: 2 }));
  STAGES.forEach((to, index) => {
    const stage = `stage${index + 1}`;
    const down = conv(draft, `${stage}_down`, current, { from: depth, to, stride: 2 });
    current = relu(draft, residual(draft, `${stage}_block`, down, to));
    depth = to;
  });
  const last = conv(draft, 'mix', current, { from: depth, to: FEATURES, kernel: mix, pad: 0 });
  draft.nodes.push(node('Relu', [last], ['features']));
  const shape = ['batch', FEATURES, height / 16 - mix[0] + 1, width / 16 - mix[1] + 1];
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    metadata: {},
    graph: {
      name,
      nodes: draft.nodes,
      inputs: [{ name: input, dtype: 'float32', shape: ['batch', ...dims] }],
      outputs: [{ name: 'features', dtype: 'float32', shape }],
      initializers: draft.initializers,
    },
  };
}

/** x + scale * conv(relu(conv(relu(x)))) */
function residual(draft: Draft, name: string, input: string, width: number): string {
  const first = conv(draft, `${name}_a`, relu(draft, input), { from: width, to: width });
  const second = conv(draft, `${name}_b`, relu(draft, first), { from: width, to: width });
  const [scale, scaled, sum] = [`${name}_scale`, `${name}_scaled`, `${name}_sum`];
  draft.initializers.set(scale, zeros([width, 1, 1]));
  draft.nodes.push(node('Mul', [second, scale], [scaled]), node('Add', [input, scaled], [sum]));
  return sum;
}

interface ConvOptions {
  readonly from: number;
  readonly to: number;
  readonly kernel?: readonly [number, number];
  readonly stride?: number;
  readonly pad?: number;
}

function conv(draft: Draft, name: string, input: string, options: ConvOptions): string {
  const { from, to, kernel = [3, 3], stride = 1, pad = 1 } = options;
  const [weight, bias] = [`${name}_weight`, `${name}_bias`];
  draft.initializers.set(weight, zeros([to, from, ...kernel]));
  draft.initializers.set(bias, zeros([to]));
  draft.nodes.push(
    node('Conv', [input, weight, bias], [name], {
      kernel_shape: [...kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    }),
  );
  return name;
}

function relu(draft: Draft, input: string): string {
  const output = `${input}_relu`;
  draft.nodes.push(node('Relu', [input], [output]));
  return output;
}

const zeros = (dims: readonly number[]): Tensor =>
  float32(dims, new Float32Array(dims.reduce((a, b) => a * b, 1)));
