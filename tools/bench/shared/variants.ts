import { join } from 'node:path';
import { createRandom, type Random } from '@espalier/base/random';
import { float32, inspectInputs, readModel, writeModel, type Model } from '@espalier/onnx';
import { prepareBackbone, type PreparedBackbone } from '@espalier/runner';
import type { Backbone } from '@espalier/transfer';

/**
 * How many of a network's last layers a model of the set retrained: a normal distribution, truncated to
 * 0..layers, of Strassenburg, Glavic & Rabl (2025), "Alsatian: Optimizing Model Search for Deep Transfer
 * Learning", SIGMOD, as their code draws it (github.com/hpides/alsatian, retrain_distribution.py).
 */
export const distributions = {
  'last few layers': { mean: 0.1, deviation: 0.05 },
  '25 % of the layers': { mean: 0.25, deviation: 0.125 },
  '50 % of the layers': { mean: 0.5, deviation: 0.125 },
} as const;

export type DistributionName = keyof typeof distributions;

/** Draws how many of the last stages a model retrained. */
function retrained(name: DistributionName, stages: number, random: Random): number {
  const { mean, deviation } = distributions[name];
  for (;;) {
    const drawn = stages * (mean + deviation * random.normal());
    if (drawn >= 0 && drawn <= stages) return Math.round(drawn);
  }
}

/** A variant, and how many of its first stages are those of the network it was made from. */
export interface Variant {
  readonly prepared: PreparedBackbone;
  readonly kept: number;
}

/**
 * Writes a set of networks, of which each began as a random earlier one and has other weights in its last
 * stages; the first is the given one. Gives them prepared.
 */
export async function makeVariants(
  base: Backbone,
  count: number,
  name: DistributionName,
  folder: string,
): Promise<Variant[]> {
  const random = createRandom('shared stages', name);
  const loaded = await base.load({ inspectInputs, cacheFolder: folder });
  const first = await prepareBackbone(base, folder);
  const models = [await readModel(loaded.modelPath)];
  const variants: Variant[] = [{ prepared: first, kept: first.stages.length }];
  for (let number = 1; number < count; number++) {
    const parent = models[Math.floor(random.uniform() * models.length)] as Model;
    const kept = first.stages.length - retrained(name, first.stages.length, random);
    const changed = new Set(first.stages.slice(kept).flatMap(({ parameters }) => parameters));
    const model = perturbed(parent, changed, random);
    const modelPath = join(folder, `variant-${number}.onnx`);
    await writeModel(modelPath, model);
    models.push(model);
    const backbone: Backbone = {
      ...base,
      id: `variant-${number}`,
      load: () => Promise.resolve({ ...loaded, modelPath }),
    };
    variants.push({ prepared: await prepareBackbone(backbone, folder), kept });
  }
  return variants;
}

/** The network with a little noise on some weights, as training would move them. */
function perturbed(model: Model, names: ReadonlySet<string>, random: Random): Model {
  const missing = [...names].find((name) => !model.graph.initializers.has(name));
  if (missing !== undefined) throw new RangeError(`the file has no weight '${missing}'`);
  const initializers = new Map(
    [...model.graph.initializers].map(([name, tensor]) => {
      if (!names.has(name)) return [name, tensor];
      const data = (tensor.data as Float32Array).map((value) => value * (1 + 0.05 * random.normal()));
      return [name, float32(tensor.dims, data)];
    }),
  );
  return { ...model, graph: { ...model.graph, initializers } };
}
