import { float32, node, type GraphNode, type Model, type Tensor } from '@espalier/onnx';

/** Side of the square input, in pixels. */
export const INPUT_SIZE = 96;
const STEM = 16;
const STAGES = [24, 48, 128] as const;
const FEATURES = 192;

interface Draft {
  readonly nodes: GraphNode[];
  readonly initializers: Map<string, Tensor>;
}

/**
 * The untrained network: a residual CNN without normalisation, so that what it computes does not
 * depend on batch statistics. Every weight is zero until `initialiseModel` fills it in.
 *
 * Blocks are pre-activation ones (He et al., 2016) whose branch ends in a learned scale for each
 * channel, as in SkipInit (De & Smith, 2020). `image` [batch, 3, 96, 96] to `features`
 * [batch, 192, 6, 6]; 0.44 million parameters, 30 million multiply-adds an image.
 */
export function buildNetwork(): Model {
  const draft: Draft = { nodes: [], initializers: new Map() };
  let width: number = STEM;
  let current = relu(draft, conv(draft, 'stem', 'image', { from: 3, to: STEM, stride: 2 }));
  STAGES.forEach((to, index) => {
    const name = `stage${index + 1}`;
    const down = conv(draft, `${name}_down`, current, { from: width, to, stride: 2 });
    current = relu(draft, residual(draft, `${name}_block`, down, to));
    width = to;
  });
  const last = conv(draft, 'mix', current, { from: width, to: FEATURES, kernel: 1 });
  draft.nodes.push(node('Relu', [last], ['features']));
  const side = INPUT_SIZE / 16;
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    metadata: {},
    graph: {
      name: 'vision-mini',
      nodes: draft.nodes,
      inputs: [{ name: 'image', dtype: 'float32', shape: ['batch', 3, INPUT_SIZE, INPUT_SIZE] }],
      outputs: [{ name: 'features', dtype: 'float32', shape: ['batch', FEATURES, side, side] }],
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
  readonly kernel?: number;
  readonly stride?: number;
}

function conv(draft: Draft, name: string, input: string, options: ConvOptions): string {
  const { from, to, kernel = 3, stride = 1 } = options;
  const [weight, bias] = [`${name}_weight`, `${name}_bias`];
  draft.initializers.set(weight, zeros([to, from, kernel, kernel]));
  draft.initializers.set(bias, zeros([to]));
  const pad = (kernel - 1) / 2;
  draft.nodes.push(
    node('Conv', [input, weight, bias], [name], {
      kernel_shape: [kernel, kernel],
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
