import { datasetArguments } from '../datasetArguments.js';
import { generateSurfaces } from './generate.js';

const usage =
  'Usage: surfaces <folder> [--per-class 40] [--seed 1] [--size 96]\n' +
  'The numbers are whole; a size is 16 to 2048 pixels.';
const given = datasetArguments(
  usage,
  { 'per-class': 40, seed: 1, size: 96 },
  { 'per-class': [1, Infinity], size: [16, 2048] },
);
if (given !== null) {
  const { folder, numbers } = given;
  const perClass = numbers['per-class'];
  await generateSurfaces({ folder, perClass, seed: numbers.seed, size: numbers.size });
  console.log(`Wrote ${perClass} pictures for each class to ${folder}.`);
}
