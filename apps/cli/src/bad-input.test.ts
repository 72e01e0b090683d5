import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyNetwork } from '@espalier/conformance';
import { describe, expect, it, onTestFinished } from 'vitest';
import { espalier, expectSentence, playground, type CommandResult } from './testing/cli.js';

const { root, pictures, search } = await playground();

/** The pictures, with something done to them. */
async function dataset(name: string, change: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(root, name);
  await cp(pictures, folder, { recursive: true });
  await change(folder);
  return folder;
}

const searchOn = (folder: string, out: string, ...more: string[]): Promise<CommandResult> =>
  espalier(
    ['search', folder, ...search(out).slice(2), '--epochs', '1', '--trials', '1', '--no-scratch', ...more],
    root,
  );

const nothingIn = async (out: string): Promise<void> =>
  expect(await readdir(join(root, out)).catch(() => [])).toEqual([]);

describe('a dataset that cannot be used', () => {
  it.each([
    [
      'an empty folder',
      (f: string) =>
        rm(f, { recursive: true })
          .then(() => mkdir(f))
          .then(() => undefined),
      /The folder .* is empty/,
    ],
    [
      'one class',
      async (f: string) => {
        for (const name of ['spots', 'stripes']) await rm(join(f, name), { recursive: true });
      },
      /at least two classes, and .* has only "plain"/,
    ],
    [
      '3 images in a class',
      async (f: string) => {
        for (const name of (await readdir(join(f, 'spots'))).slice(3)) await rm(join(f, 'spots', name));
      },
      /class "spots" has 3; a class needs at least 5 examples/,
    ],
    [
      'many unreadable images',
      async (f: string) => {
        for (let i = 0; i < 12; i++) await writeFile(join(f, 'spots', `${i}.png`), 'not a picture');
      },
      /12 of the 60 images of .* cannot be read, over the limit of 5 %/,
    ],
  ])('%s', async (name, change, message) => {
    expectSentence(await searchOn(await dataset(`data ${name}`, change), `out ${name}`), message);
    await nothingIn(`out ${name}`);
  });

  it('is not there', async () => {
    expectSentence(await searchOn(join(root, 'nowhere'), 'out-nowhere'), /There is no dataset at/);
  });
});

describe('single images that cannot be read are named, counted and skipped', () => {
  it('a text file named .jpg and a truncated picture', async () => {
    const folder = await dataset('two bad', async (f) => {
      await writeFile(join(f, 'spots', 'text.jpg'), 'hello');
      await truncate(join(f, 'plain', '3.png'), 900);
    });
    const { code, out, err } = await searchOn(folder, 'out-two-bad');
    expect(out).toMatch(/skipped spots\/text.jpg: its content is not an image/);
    expect(out).toMatch(/skipped plain\/3.png: the file is cut short/);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = await readFile(join(root, 'out-two-bad', 'report.md'), 'utf8');
    expect(report).toContain('text.jpg');
  });
});

describe('a backbone that cannot be used', () => {
  it('is truncated', async () => {
    await writeTinyNetwork(join(root, 'short.onnx'));
    await truncate(join(root, 'short.onnx'), 9000);
    const ended = await espalier(
      ['search', pictures, '--backbone', 'short.onnx', '--out', 'out-short'],
      root,
    );
    expectSentence(ended, /short.onnx .*(truncated|damaged)/);
    expectSentence(await espalier(['inspect', 'short.onnx'], root), /short.onnx .*(truncated|damaged)/);
    await nothingIn('out-short');
  });

  it('has an unknown operator in the part to be trained', async () => {
    await writeTinyNetwork(join(root, 'odd.onnx'), { unknownOperator: true });
    const args = ['search', pictures, '--backbone', 'odd.onnx', '--out', 'out-odd', '--depths', '0,2'];
    const message =
      /freeze depth 0: there is no gradient rule for MeanVarianceNormalization 'stem_mvn'; possible are 1 to 4/;
    expectSentence(await espalier(args, root), message);
    const shown = await espalier(['inspect', 'odd.onnx'], root);
    expect(shown.out).toMatch(/MeanVarianceNormalization 'stem_mvn', in stage 1: freeze at least 1 stage$/m);
  });

  it('is not there, or forbids what is asked', async () => {
    expectSentence(
      await espalier(['search', pictures, '--backbone', 'nope'], root),
      /no backbone 'nope': give one of text-mini, audio-mini, vision-mini/,
      2,
    );
    await writeFile(join(root, 'tiny', 'espalier.json'), '{"licence": "CC-BY-NC-4.0"}');
    expectSentence(
      await searchOn(pictures, 'out-nc', '--commercial'),
      /licence \(CC-BY-NC-4.0\) forbids commercial use/,
    );
    await rm(join(root, 'tiny', 'espalier.json'));
  });
});

describe('a place that cannot be written to', () => {
  it('is read-only', async () => {
    const ended = await espalier([...search('x').slice(0, 4), '--out', '/proc/espalier'], root);
    expectSentence(ended, /Cannot write results to \/proc\/espalier .*--out/);
    const file = await espalier(
      [...search('x').slice(0, 4), '--out', join(root, 'tiny', 'model.onnx')],
      root,
    );
    expectSentence(file, /Cannot write results to .*model.onnx/);
  });

  it('is full', async ({ skip }) => {
    const disk = join(root, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('a small file system cannot be mounted here');
    }
    onTestFinished(() => void execFileSync('umount', [disk]));
    await writeFile(join(disk, 'ballast'), new Uint8Array(160 * 1024));
    const cache = await searchOn(pictures, 'out-full', '--cache', disk);
    expectSentence(cache, /the disk is full/);
    for (const name of await readdir(disk)) await rm(join(disk, name), { recursive: true });
    await writeFile(join(disk, 'ballast'), new Uint8Array(236 * 1024));
    const results = await searchOn(pictures, 'disk/results', '--depths', '0');
    expectSentence(results, /The disk is full/);
    const left = await readdir(join(disk, 'results'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.tmp') || name === 'model.onnx')).toEqual([]);
    await rm(join(disk, 'ballast'));
    const resumed = await espalier(['search', '--resume', join(disk, 'results')], root);
    expect(resumed.code).toBe(0);
  });
});

describe('a command line that makes no sense', () => {
  it.each([
    [['search'], /Give a dataset/],
    [['search', '--resume', 'nowhere'], /There is no study in/, 1],
    [['search', pictures, '--validation', '1.5'], /--validation is invalid/],
    [['search', pictures, '--augment', 'nonsense'], /--augment is invalid/],
    [['search', pictures, '--augment', 'flip,flip'], /--augment is invalid: a value stands twice/],
    [['search', pictures, '--learning-rate', '0'], /--learning-rate is invalid/],
    [['search', pictures, '--layer-decay', '1.5'], /--layer-decay is invalid/],
    [['search', pictures, '--provider', 'dml'], /'dml' is not available on .*DirectML/, 1],
    [['predict', 'tiny', pictures], /was not made by Espalier/, 1],
    [['predict', 'tiny/nothing.onnx', pictures], /no model file at/, 1],
  ] as [string[], RegExp, number?][])('%s', async (args, message, exit = 2) => {
    expectSentence(await espalier([...args], root), message, exit);
  });

  it.each([
    [['search', pictures, '--trials', 'many'], /--trials <count>.*whole number/],
    [['search', pictures, '--time', 'soon'], /--time <duration>.*such as 90s/],
    [['dig'], /unknown command 'dig'/],
    [
      ['search', pictures, '--sampler', 'luck'],
      /--sampler.*there is no sampler 'luck'; there are grid, random, tpe/,
    ],
  ] as const)('%s', async (args, message) => {
    const { code, err } = await espalier([...args], root);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});

it.runIf(process.platform === 'linux')(
  'too few files that may be open are told before anything opens',
  () => {
    const program = fileURLToPath(new URL('../bin/espalier.js', import.meta.url));
    const run = (files: number) =>
      spawnSync('bash', ['-c', `ulimit -n ${files}; exec "${process.execPath}" "${program}" --version`], {
        encoding: 'utf8',
      });
    expect(run(100)).toMatchObject({
      status: 1,
      stdout: '',
      stderr:
        'espalier: Only 100 files may be open at once, but Espalier needs 512; raise the limit with ulimit -n 512\n',
    });
    expect(run(1024)).toMatchObject({ status: 0, stderr: '' });
  },
);
