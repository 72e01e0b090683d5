/**
 * Searches with a pre-trained network of your own: an ONNX file, which the plugin `plugins/brick-net` brings.
 *
 *     npm install --no-save ./examples/plugins/brick-net
 *     npx tsx examples/own-backbone.ts demo-data/surfaces results/own-backbone
 */
import { listBackbones, search } from '@espalier/sdk';

const [dataset = 'demo-data/surfaces', folder = 'results/own-backbone'] = process.argv.slice(2);

// Plugins are found in node_modules; nothing registers them.
const mine = (await listBackbones()).find(({ id }) => id === 'brick-net');
if (mine === undefined) throw new Error('Install the plugin first: see the top of this file.');
console.log(`${mine.id}: a network for examples of kind ${mine.modality}, licence ${mine.licence.spdx}`);

const study = await search({
  dataset,
  folder,
  backbones: ['brick-net'],
  // How many stages stay frozen. One that the network cannot be cut at is an error that names those it can.
  space: { freezeDepth: [7, 8], augmentation: 'none' },
  budget: { trials: 2, epochs: 2 },
  baseline: false,
  seed: 1,
});

// What the study knows of the network: its size, and what its author noted.
for (const { id, parameters, stages } of study.report.backbones)
  console.log(`${id} has ${parameters} parameters in ${stages} stages`);
for (const { number, configuration, status } of study.trials)
  console.log(
    `trial ${number}: ${configuration.backbone}, frozen up to ${configuration.values['freezeDepth']}, ${status}`,
  );
