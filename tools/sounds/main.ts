import { datasetArguments } from '../datasetArguments.js';
import { generateSounds } from './generate.js';

const usage = 'Usage: sounds <folder> [--per-class 40] [--seed 1]\nThe numbers are whole.';
const given = datasetArguments(usage, { 'per-class': 40, seed: 1 }, { 'per-class': [1, Infinity] });
if (given !== null) {
  const { folder, numbers } = given;
  const perClass = numbers['per-class'];
  await generateSounds({ folder, perClass, seed: numbers.seed });
  console.log(`Wrote ${perClass} recordings for each class to ${folder}.`);
}
