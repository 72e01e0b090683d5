/**
 * Classifies pictures with the model of a finished study, and puts that model into a folder of its own.
 *
 *     npx tsx examples/use-the-model.ts results/first-study demo-data/unseen results/exported
 */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exportModel, openPredictor, predict } from '@espalier/sdk';

const [study = 'results/first-study', pictures = 'demo-data/unseen', exported = 'results/exported'] =
  process.argv.slice(2);

// A model that is opened once serves any number of calls.
const model = await openPredictor(study);
for await (const one of predict(model, pictures)) {
  // A picture that cannot be read is told, and the others are classified all the same.
  if (one.kind === 'unreadable') console.log(`${one.id}: ${one.error.message}`);
  else {
    const classes = one.labels.map(({ label, probability }) => `${label} ${probability.toFixed(3)}`);
    console.log(`${basename(one.id)}: ${classes.join(', ')}`);
  }
}
await model.dispose();

// The whole network in one ONNX file: labels and preprocessing are in its metadata.
await mkdir(exported, { recursive: true });
const file = await exportModel(study, { out: join(exported, 'model.onnx') });
console.log(`${basename(file)} is in ${exported}.`);
