import { parseArgs } from 'node:util';
import { generateSounds } from './generate.js';

const usage = 'Usage: sounds <folder> [--per-class 40] [--seed 1]';

const options = {
  'per-class': { type: 'string', default: '40' },
  seed: { type: 'string', default: '1' },
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
const [perClass, seed] = [Number(values['per-class']), Number(values.seed)];
const valid = [perClass, seed].every(Number.isInteger) && perClass >= 1;
if (folder === undefined || positionals.length > 1 || !valid) {
  console.error(`${usage}\nThe numbers are whole.`);
  process.exitCode = 2;
} else {
  await generateSounds({ folder, perClass, seed });
  console.log(`Wrote ${perClass} recordings for each class to ${folder}.`);
}
