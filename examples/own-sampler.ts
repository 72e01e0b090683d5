/**
 * Searches a space of your own with a strategy of your own, which the plugin `plugins/halving` brings.
 *
 *     npm install --no-save ./examples/plugins/halving
 *     npx tsx examples/own-sampler.ts demo-data/surfaces results/own-sampler
 */
import { listOffer, search } from '@espalier/sdk';

const [dataset = 'demo-data/surfaces', folder = 'results/own-sampler'] = process.argv.slice(2);

const { samplers, dimensions } = await listOffer();
console.log(`Samplers: ${samplers.join(', ')}`);
console.log(`What can be searched: ${dimensions.map(({ name }) => name).join(', ')}`);

const study = await search({
  dataset,
  folder,
  sampler: 'halving',
  space: {
    freezeDepth: 8, // one value: nothing to search
    augmentation: ['none', 'flip'], // a list
    learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-2 }, // an interval, even in its logarithm
  },
  budget: { trials: 3, epochs: 2 },
  pruner: 'none',
  baseline: false,
  seed: 1,
});

for (const { number, configuration } of study.trials) {
  const { learningRate, augmentation } = configuration.values;
  console.log(`trial ${number}: learning rate ${learningRate}, augmentation ${augmentation}`);
}
