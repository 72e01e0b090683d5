import { parseArgs } from 'node:util';
import { generateSurfaces } from './generate.js';

const usage = 'Usage: surfaces <folder> [--per-class 40] [--seed 1] [--size 96]';

const options = {
  'per-class': { type: 'string', default: '40' },
  seed: { type: 'string', default: '1' },
  size: { type: 'string', default: '96' },
} as const;

/** Arguments that cannot be parsed fail the checks below. */
function argumentsGiven(): { values: Partial<Record<keyof typeof options, string>>; positionals: string[] } {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch {
    return { values: {}, positionals: [] };
  }
}

const { values, positionals } = argumentsGiven();
const [folder] = positionals;
const numbers = [values['per-class'], values.seed, values.size].map(Number);
const [perClass = NaN, seed = NaN, size = NaN] = numbers;
const valid = numbers.every(Number.isInteger) && perClass >= 1 && size >= 16 && size <= 2048;
if (folder === undefined || positionals.length > 1 || !valid) {
  console.error(`${usage}\nThe numbers are whole; a size is 16 to 2048 pixels.`);
  process.exitCode = 2;
} else {
  await generateSurfaces({ folder, perClass, seed, size });
  console.log(`Wrote ${perClass} pictures for each class to ${folder}.`);
}
