import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSurfaces } from '../surfaces/generate.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(checkout, 'examples');
const tsx = import.meta.resolve('tsx');

/** The folder of somebody who tries the examples, with the plugins that some of them need. */
const folder = mkdtempSync(join(tmpdir(), 'espalier-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  mkdirSync(join(folder, 'node_modules'));
  for (const plugin of ['brick-net', 'halving'])
    symlinkSync(join(examples, 'plugins', plugin), join(folder, 'node_modules', `espalier-plugin-${plugin}`));
  await generateSurfaces({ folder: join(folder, 'demo-data', 'surfaces'), perClass: 20, seed: 1 });
  await generateSurfaces({ folder: join(folder, 'demo-data', 'unseen'), perClass: 2, seed: 2 });
});

/** Runs an example as the README says, and returns its output. */
async function run(name: string): Promise<string> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    NO_COLOR: '1',
    ESPALIER_CACHE: join(folder, 'cache'),
    ESPALIER_STORE: join(folder, 'store'),
  };
  const args = [`--import=${tsx}`, join(examples, name)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  expect(stderr).toBe('');
  return stdout;
}

const programs = readdirSync(examples).filter((name) => name.endsWith('.ts'));

/** Output of each example, in the order of the README, since the third uses the result of the first. */
const printed: Readonly<Record<string, RegExp>> = {
  'first-study.ts':
    /^The answer is .+\.\nOf the test pictures it names \d+\.\d % rightly\.\n(- \S+: .+\n){3}Model, report and model card are in \S+results\/first-study\.\n$/,
  'watch-and-stop.ts':
    /^(probe: [01]\.\d\d by cross-validation\n)+trial 0 begins\n(trial \d, epoch \d: [01]\.\d\d\n|trial 1 begins\n)+stopped: [01]\.\d\d is good enough\nfinished after 2 trials: .+\n$/,
  'use-the-model.ts':
    /^((pitted|scratch|sound|stained)-000[01]\.png: ((pitted|scratch|sound|stained) [01]\.\d{3}(, )?){4}\n){8}model\.onnx is in results\/exported\.\n$/,
  'own-backbone.ts':
    /^brick-net: a network for examples of kind image, licence Apache-2\.0\nbrick-net has 441888 parameters in \d+ stages\n(trial [01]: brick-net, frozen up to [78], (complete|pruned)\n){2}$/,
  'own-sampler.ts':
    /^Samplers: .*tpe.*halving.*\nWhat can be searched: .*learningRate.*\ntrial 0: learning rate 0\.001\d*, augmentation none\ntrial 1: learning rate 0\.00031\d*, augmentation flip\ntrial 2: learning rate 0\.0031\d*, augmentation none\n$/,
};

describe('the examples', () => {
  it('are all run here, and listed by the README with how to run them', () => {
    expect(programs.toSorted()).toEqual(Object.keys(printed).toSorted());
    const readme = readFileSync(join(examples, 'README.md'), 'utf8');
    for (const name of programs) expect(readme).toContain(`[${name}](${name})`);
  });

  it('are short, and use the public face alone', () => {
    for (const name of programs) {
      const code = readFileSync(join(examples, name), 'utf8');
      expect(code.split('\n').length).toBeLessThan(60);
      const imported = [...code.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
      expect(
        imported.filter((from) => !/^(node:\w+(\/\w+)?|@espalier\/(sdk|client))$/.test(`${from}`)),
      ).toEqual([]);
    }
  });

  it.each(Object.entries(printed))('%s prints what it says', async (name, pattern) => {
    expect(await run(name)).toMatch(pattern);
  });

  it('leave what they name', () => {
    for (const study of ['first-study', 'watched', 'own-backbone', 'own-sampler'])
      expect(existsSync(join(folder, 'results', study, 'report.md'))).toBe(true);
    expect(existsSync(join(folder, 'results', 'exported', 'model.onnx'))).toBe(true);
  });
});
