import { appendLinearHeads, float32, headNames, type Model, type Tensor } from '@espalier/onnx';
import { matrix, type Chosen } from '@espalier/probes';
import type { PreparedBackbone } from '../../backbone/backbone.js';
import type { Weights } from '../../training/checkpoint.js';
import { embeddedCard, type EmbeddedCard } from '../../answer/export.js';
import { summariseDepths } from '../../probes/blocks.js';
import type { FittedProbe } from '../../probes/probing.js';

/** What the weights of a probe are called: those of a block begin with its name. */
const names = { weight: ' weight', bias: headNames.bias, penalty: 'penalty', temperature: 'temperature' };

const isBlock = (name: string): boolean => name.endsWith(names.weight);
const blockOf = (name: string): string => name.slice(0, -names.weight.length);

/** A fitted probe as the weights of a trial: a layer for each block, one bias, and what folds chose. */
export function weightsOf({ parts, bias }: FittedProbe, { penalty, temperature }: Chosen): Weights {
  const whole = Float32Array.from(bias, (value, c) =>
    parts.reduce((sum, { layer }) => sum + (layer.bias[c] as number), value),
  );
  return new Map([
    ...parts.map(({ block, layer: { weight } }): [string, Tensor] => [
      `${block}${names.weight}`,
      float32([weight.rows, weight.columns], weight.data),
    ]),
    [names.bias, float32([whole.length], whole)],
    [names.penalty, float32([1], [penalty])],
    [names.temperature, float32([1], [temperature])],
  ]);
}

const numberIn = (weights: Weights, name: string): number => Number(weights.get(name)?.data[0]);

/** What folds chose for a probe. */
export const chosenIn = (weights: Weights): Chosen => ({
  penalty: numberIn(weights, names.penalty),
  temperature: numberIn(weights, names.temperature),
});

/** The probe that weights hold. @param backbone that it reads */
export function probeIn(weights: Weights, backbone: string): FittedProbe {
  const bias = Float64Array.from(weights.get(names.bias)?.data as Float32Array);
  const parts = [...weights].flatMap(([name, { dims, data }]) =>
    isBlock(name)
      ? [
          {
            source: backbone,
            block: blockOf(name),
            layer: {
              weight: matrix(dims[0] as number, dims[1] as number, data as Float32Array),
              bias: new Float64Array(bias.length),
            },
          },
        ]
      : [],
  );
  return { parts, bias };
}

/** The network up to the probe's depth, ending in the probe. */
export function assembleProbe(prepared: PreparedBackbone, weights: Weights, card: EmbeddedCard): Model {
  const { model, blocks } = summariseDepths(prepared, [card.freezeDepth]);
  const parts = [...weights].flatMap(([name, weight]) => {
    if (!isBlock(name)) return [];
    const block = blocks.find(({ depth, statistic }) => `${depth} ${statistic}` === blockOf(name));
    if (block === undefined) throw new RangeError(`the network has no features ${blockOf(name)}`);
    return [{ tensor: block.tensor, weight }];
  });
  const head = { share: 1, parts, bias: weights.get(names.bias) as Tensor };
  return { ...appendLinearHeads(model, [head]), metadata: embeddedCard(card) };
}
