import { createRandom } from '@espalier/base/random';
import { at } from '../graph/at.js';
import { node, type GraphNode, type Model } from '../graph/model.js';
import { float32, int64, scalar, type Tensor } from '../graph/tensor.js';

export interface TinyNetworkOptions {
  readonly seed?: number;
  /** Height and width of the input. */
  readonly size?: number;
  readonly layout?: 'nchw' | 'nhwc';
  /** Multiplies all channels; 1 by default. */
  readonly widthMultiplier?: number;
  /** An operator without a gradient rule behind the first layer. */
  readonly unknownOperator?: boolean;
}

const CLASSES = 4;

/**
 * A small residual network with random weights, in the shape real ones have: strided convolutions,
 * a normalisation, a residual block, pooling and a classifier. For tests of all that reads networks.
 */
export function tinyNetwork(options: TinyNetworkOptions = {}): Model {
  const { seed = 1, size = 24, layout = 'nchw', unknownOperator = false, widthMultiplier = 1 } = options;
  const [narrow, middle, wide] = [8 * widthMultiplier, 12 * widthMultiplier, 16 * widthMultiplier];
  const initializers = new Map<string, Tensor>();
  const weight = (name: string, dims: readonly number[]): string => {
    const random = createRandom(seed, 'tiny network', name);
    const fanIn = dims.length === 4 ? dims.slice(1).reduce((a, b) => a * b, 1) : at(dims, 0);
    const deviation = dims.length > 1 ? Math.sqrt(2 / fanIn) : 0.1;
    const count = dims.reduce((a, b) => a * b, 1);
    initializers.set(
      name,
      float32(
        dims,
        Float32Array.from({ length: count }, () => deviation * random.normal()),
      ),
    );
    return name;
  };
  const filled = (name: string, count: number, value: number): string => {
    initializers.set(name, float32([count], new Float32Array(count).fill(value)));
    return name;
  };
  const conv = (name: string, input: string, from: number, to: number, stride: number): GraphNode =>
    node('Conv', [input, weight(`${name}.weight`, [to, from, 3, 3]), weight(`${name}.bias`, [to])], [name], {
      strides: [stride, stride],
      pads: [1, 1, 1, 1],
      kernel_shape: [3, 3],
    });
  initializers.set('six', scalar(6));
  initializers.set('zero', scalar(0));
  const nodes = [
    ...(layout === 'nhwc' ? [node('Transpose', ['image'], ['planes'], { perm: [0, 3, 1, 2] })] : []),
    conv('stem', layout === 'nhwc' ? 'planes' : 'image', 3, narrow, 2),
    node('Relu', ['stem'], ['stem_relu']),
    ...(unknownOperator ? [node('MeanVarianceNormalization', ['stem_relu'], ['stem_mvn'])] : []),
    conv('down', unknownOperator ? 'stem_mvn' : 'stem_relu', narrow, middle, 2),
    node(
      'BatchNormalization',
      [
        'down',
        filled('bn.scale', middle, 1),
        filled('bn.shift', middle, 0.1),
        filled('bn.mean', middle, 0.05),
        filled('bn.var', middle, 1.2),
      ],
      ['down_bn'],
      { epsilon: 1e-5 },
    ),
    node('Clip', ['down_bn', 'zero', 'six'], ['down_relu6']),
    conv('block', 'down_relu6', middle, middle, 1),
    node('Relu', ['block'], ['block_relu']),
    node('Add', ['block_relu', 'down_relu6'], ['block_sum']),
    conv('last', 'block_sum', middle, wide, 2),
    node('Relu', ['last'], ['last_relu']),
    node('GlobalAveragePool', ['last_relu'], ['pooled']),
    node('Flatten', ['pooled'], ['flat'], { axis: 1 }),
    node('Gemm', ['flat', weight('fc.weight', [wide, CLASSES]), weight('fc.bias', [CLASSES])], ['logits']),
  ];
  initializers.set('unused', int64([0]));
  const shape = layout === 'nchw' ? ['batch', 3, size, size] : ['batch', size, size, 3];
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'tiny',
      nodes,
      inputs: [{ name: 'image', dtype: 'float32', shape }],
      outputs: [{ name: 'logits', dtype: 'float32', shape: ['batch', CLASSES] }],
      initializers,
    },
    metadata: {},
  };
}

export { transformerNetwork, type TransformerOptions } from './transformer.js';
