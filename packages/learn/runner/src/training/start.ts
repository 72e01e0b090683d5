import { sha256Of } from '@espalier/base/files';
import { appendStandardisation, float32, headNames, type Tensor } from '@espalier/onnx';
import type { PreparedBackbone } from '../backbone/backbone.js';
import type { Weights } from './checkpoint.js';
import type { Probing } from '../probes/probing.js';
import type { FittedPart } from '../probes/source.js';

/** What the features are called once they have mean 0 and deviation 1. */
const STANDARDISED = 'standardised_features';
const [MEAN, SCALE] = [`${STANDARDISED}_mean`, `${STANDARDISED}_scale`];

/** Where the trials of a backbone begin: its features standardised, and the fitted head on them. */
export interface Start {
  readonly prepared: PreparedBackbone;
  /** Weight and bias, in the units of the standardised features. */
  readonly head: Weights;
  /** What standardises, which is not trained but belongs to the weights of a trial. */
  readonly constants: Weights;
}

/**
 * Fits the head that trials begin with to the features of the frozen network: training it further from
 * there distorts the features less than from random weights (Kumar et al., 2022).
 *
 * @param plan number of the probe of the backbone's last features
 * @param weights how much each labelled example counts; one of weight 0 is not looked at
 */
export async function startOf(
  probing: Probing,
  prepared: PreparedBackbone,
  { plan, penalty, weights }: { plan: number; penalty: number; weights?: Float64Array },
): Promise<Start> {
  const [part] = probing.plans[plan]?.parts ?? [];
  if (part === undefined) throw new RangeError('there is no probe to start from');
  const { mean, scale } = await probing.standardisation(part);
  const { parts, bias } = await probing.fit([part], { penalty }, weights);
  const layer = (parts[0] as FittedPart).layer;
  const { rows: width, columns: classes, data } = layer.weight;
  const weight = data.map((value, i) => {
    const unit = scale[Math.floor(i / classes)] as number;
    return unit > 0 ? value / unit : 0;
  });
  const intercepts = Float64Array.from(bias, (value, c) => value + (layer.bias[c] as number));
  for (let i = 0; i < width; i++) {
    for (let c = 0; c < classes; c++) {
      intercepts[c] = (intercepts[c] as number) + (mean[i] as number) * (data[i * classes + c] as number);
    }
  }
  const constants: Weights = new Map([
    [MEAN, float32([width], mean)],
    [SCALE, float32([width], scale)],
  ]);
  return {
    prepared: standardisedBackbone(prepared, constants),
    constants,
    head: new Map([
      [headNames.weight, float32([width, classes], weight)],
      [headNames.bias, float32([classes], intercepts)],
    ]),
  };
}

/** The weights of a trial that has learnt nothing: all of its head, and what standardises, is 0. */
export function untrainedWeights({ width }: PreparedBackbone, outputs: number): Weights {
  const zeros = (...dims: readonly number[]): Tensor =>
    float32(dims, new Float32Array(dims.reduce((product, dim) => product * dim, 1)));
  return new Map([
    [headNames.weight, zeros(width, outputs)],
    [headNames.bias, zeros(outputs)],
    [MEAN, zeros(width)],
    [SCALE, zeros(width)],
  ]);
}

/**
 * The backbone whose features a trial's weights were trained on: standardised where the weights say how.
 * Those of studies of earlier versions are not.
 */
export function backboneOfWeights(prepared: PreparedBackbone, weights: Weights): PreparedBackbone {
  return weights.has(MEAN) && weights.has(SCALE) ? standardisedBackbone(prepared, weights) : prepared;
}

/** The weights that are trained, without those that standardise. */
export const trainedWeights = (weights: Weights): Weights =>
  new Map([...weights].filter(([name]) => name !== MEAN && name !== SCALE));

/** The weights that standardise, and are not trained. */
export const constantsOf = (weights: Weights): Weights =>
  new Map([...weights].filter(([name]) => name === MEAN || name === SCALE));

function standardisedBackbone(prepared: PreparedBackbone, constants: Weights): PreparedBackbone {
  const [mean, scale] = [constants.get(MEAN) as Tensor, constants.get(SCALE) as Tensor];
  const traced = prepared.tensors.get(prepared.features);
  if (traced === undefined) throw new RangeError(`the features ${prepared.features} were not traced`);
  return {
    ...prepared,
    model: appendStandardisation(prepared.model, STANDARDISED, mean, scale),
    features: STANDARDISED,
    tensors: new Map([...prepared.tensors, [STANDARDISED, traced]]),
    hash: sha256Of(prepared.hash, bytesOf(mean), bytesOf(scale)),
  };
}

const bytesOf = ({ data }: Tensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
