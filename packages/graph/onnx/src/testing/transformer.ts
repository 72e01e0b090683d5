import { node, type GraphNode, type Model } from '../graph/model.js';
import { float32, int64, scalar, sizeOf, type Tensor } from '../graph/tensor.js';

export interface TransformerOptions {
  readonly vocabulary: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** Width of the hidden layer of each block. */
  readonly inner: number;
  /** Most tokens of a sequence. */
  readonly positions: number;
  /** Standard normal numbers for the weights. */
  readonly normal: () => number;
}

/** A number no attention survives, small enough for float16. */
const HIDDEN = -1e4;

/**
 * A pre-norm transformer encoder (Vaswani et al., 2017; Xiong et al., 2020) for sequences of any length:
 * `input_ids` and `attention_mask` [batch, length] to `hidden` [batch, length, width].
 */
export function transformerNetwork(options: TransformerOptions): Model {
  const { vocabulary, width, layers, positions } = options;
  const b = createBuilder(options.normal);
  b.add('Gather', [b.weight('embedding', [vocabulary, width], 0.1), 'input_ids'], 'words');
  b.add('Shape', ['input_ids'], 'shape');
  b.add('Gather', ['shape', b.constant('one', int64([1]))], 'length', { axis: 0 });
  b.add(
    'Slice',
    [b.weight('positions', [positions, width], 0.1), b.constant('zero', int64([0])), 'length'],
    'places',
  );
  b.add('Add', ['words', 'places'], 'x0');
  b.add('Cast', ['attention_mask'], 'mask', { to: 1 });
  b.add('Unsqueeze', ['mask', b.constant('mask_axes', int64([1, 2]))], 'mask4');
  b.add('Sub', [b.constant('unit', scalar(1)), 'mask4'], 'hidden_places');
  b.add('Mul', ['hidden_places', b.constant('minus', scalar(HIDDEN))], 'bias');
  for (let layer = 0; layer < layers; layer++) block(b, options, layer);
  b.norm(`x${layers}`, 'last', 'hidden', width);
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    metadata: {},
    graph: {
      name: 'transformer',
      nodes: b.nodes,
      inputs: ['input_ids', 'attention_mask'].map((name) => ({
        name,
        dtype: 'int64',
        shape: ['batch', 'length'],
      })),
      outputs: [{ name: 'hidden', dtype: 'float32', shape: ['batch', 'length', width] }],
      initializers: b.initializers,
    },
  };
}

type Builder = ReturnType<typeof createBuilder>;

function createBuilder(normal: () => number) {
  const nodes: GraphNode[] = [];
  const initializers = new Map<string, Tensor>();
  const constant = (name: string, tensor: Tensor): string => {
    initializers.set(name, tensor);
    return name;
  };
  const add = (opType: string, inputs: readonly string[], output: string, attributes = {}): string => {
    nodes.push(node(opType, inputs, [output], attributes));
    return output;
  };
  const filled = (name: string, dims: readonly number[], value: number): string =>
    constant(name, float32(dims, new Float32Array(sizeOf(dims)).fill(value)));
  const weight = (name: string, dims: readonly number[], deviation: number): string =>
    constant(
      name,
      float32(
        dims,
        Float32Array.from({ length: sizeOf(dims) }, () => deviation * normal()),
      ),
    );
  return {
    nodes,
    initializers,
    constant,
    add,
    weight,
    /** x W + b. */
    linear: (x: string, name: string, [from, to]: readonly [number, number]): string => {
      add('MatMul', [x, weight(`${name}.weight`, [from, to], Math.sqrt(1 / from))], `${name}_product`);
      return add('Add', [`${name}_product`, filled(`${name}.bias`, [to], 0)], name);
    },
    norm: (x: string, name: string, output: string, width: number): string =>
      add(
        'LayerNormalization',
        [x, filled(`${name}.scale`, [width], 1), filled(`${name}.shift`, [width], 0)],
        output,
        {
          axis: -1,
          epsilon: 1e-5,
        },
      ),
  };
}

function block(b: Builder, { width, heads, inner }: TransformerOptions, layer: number): void {
  const named = (part: string): string => `block${layer}.${part}`;
  const attended = attention(
    b,
    named,
    b.norm(`x${layer}`, named('norm1'), named('normed1'), width),
    width,
    heads,
  );
  const middle = b.add('Add', [`x${layer}`, attended], named('middle'));
  const normed = b.norm(middle, named('norm2'), named('normed2'), width);
  const raised = b.linear(normed, named('up'), [width, inner]);
  const lowered = b.linear(gelu(b, named, raised), named('down'), [inner, width]);
  b.add('Add', [middle, lowered], `x${layer + 1}`);
}

type PartName = (part: string) => string;

function attention(b: Builder, named: PartName, x: string, width: number, heads: number): string {
  const split = b.constant('heads_shape', int64([0, 0, heads, width / heads]));
  const headsOf = (part: string, perm: readonly number[]): string => {
    const projected = b.linear(x, named(part), [width, width]);
    return b.add(
      'Transpose',
      [b.add('Reshape', [projected, split], named(`${part}_split`))],
      named(`${part}_heads`),
      { perm },
    );
  };
  const [query, key, value] = [
    headsOf('query', [0, 2, 1, 3]),
    headsOf('key', [0, 2, 3, 1]),
    headsOf('value', [0, 2, 1, 3]),
  ];
  const scale = b.constant('scale', scalar(Math.sqrt(heads / width)));
  const scores = b.add('Mul', [b.add('MatMul', [query, key], named('dots')), scale], named('scaled'));
  const shares = b.add('Softmax', [b.add('Add', [scores, 'bias'], named('scores'))], named('shares'), {
    axis: -1,
  });
  const mixed = b.add('Transpose', [b.add('MatMul', [shares, value], named('mixed'))], named('merged'), {
    perm: [0, 2, 1, 3],
  });
  const joined = b.add('Reshape', [mixed, b.constant('joined_shape', int64([0, 0, width]))], named('joined'));
  return b.linear(joined, named('output'), [width, width]);
}

/** x Φ(x) (Hendrycks & Gimpel, 2016). */
function gelu(b: Builder, named: PartName, x: string): string {
  const scaled = b.add('Mul', [x, b.constant('root', scalar(Math.SQRT1_2))], named('gelu_scaled'));
  const shifted = b.add('Add', [b.add('Erf', [scaled], named('gelu_erf')), 'unit'], named('gelu_shifted'));
  const doubled = b.add('Mul', [x, shifted], named('gelu_doubled'));
  return b.add('Mul', [doubled, b.constant('half', scalar(0.5))], named('gelu'));
}
