import { existsSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyReport } from '@espalier/study';
import { readReport } from '@espalier/study/folder';
import { readModel } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import { espalier, piped, playground, start } from './testing/cli.js';

const ground = await playground();
const { root, search } = ground;

/** What a study found, without times and places. */
async function findings(out: string): Promise<object> {
  const { trials, best, baselines, verdicts }: StudyReport = await readReport(join(root, out, 'report.json'));
  const plain = trials.map(({ seconds: _, epochs, ...trial }) => ({
    ...trial,
    epochs: epochs.map(({ seconds: __, ...epoch }) => epoch),
  }));
  const random = baselines.random && { ...baselines.random, epochs: baselines.random.epochs.length };
  return { trials: plain, best, random, verdicts };
}

describe('espalier search', () => {
  it('ends with a model, a report and the next command', async () => {
    const { code, out, err } = await espalier(search('whole'), root);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/pictures: 3 classes, 42 examples to train, 9 to validate, 9 to test/);
    expect(out).toMatch(/trial 2, epoch \d: training loss/);
    expect(out).toMatch(/baseline 0, epoch 1/);
    expect(out).toContain('Next:    espalier predict whole <images>');
    const files = await readdir(join(root, 'whole'));
    const expected = ['model.onnx', 'preprocessing.json', 'report.json', 'report.md', 'model-card.md'];
    expect(files).toEqual(expect.arrayContaining([...expected, 'learning-curves.svg', 'calibration.svg']));
    expect(files.filter((name) => name.endsWith('.tmp') || name.startsWith('study.lock'))).toEqual([]);
    const report = await readFile(join(root, 'whole', 'report.md'), 'utf8');
    expect(report).toContain(`espalier search ${ground.pictures}`);
    const { metadata } = await readModel(join(root, 'whole', 'model.onnx'));
    expect(JSON.parse(metadata['labels'] as string)).toEqual(['plain', 'spots', 'stripes']);
  });

  it('speaks JSON, one object a line, with --json', async () => {
    const { code, out } = await espalier(search('json', '--json', '--no-scratch'), root);
    expect(code).toBe(0);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    expect(new Set(events.map(({ kind }) => kind))).toEqual(
      new Set([
        'progress',
        'space',
        'data',
        'backbone',
        'note',
        'probed',
        'trial-started',
        'cached',
        'epoch',
        'trial-ended',
        'result',
      ]),
    );
    expect(events.at(-1)).toMatchObject({
      kind: 'result',
      transfer: 'untested',
      model: join(root, 'json', 'model.onnx'),
    });
  });

  it('stops at Ctrl-C and goes on with --resume as if nothing had happened', async () => {
    // One study, which is stopped again each time that it goes on.
    let args = search('stopped');
    for (const moment of ['trial 0, epoch 1', 'trial 2:', 'baseline 0, epoch 2']) {
      const running = start(args, root);
      await running.until(moment);
      running.child.kill('SIGINT');
      const { code, out } = await running.ended;
      expect(code).toBe(130);
      expect(out).toContain('espalier search --resume stopped');
      args = ['search', '--resume', 'stopped'];
    }
    expect((await espalier(args, root)).code).toBe(0);
    expect(await findings('stopped')).toEqual(await findings('whole'));
  });

  it('loses nothing when it is killed at once, by kill -9 or a second Ctrl-C', async () => {
    let args = search('killed');
    for (const [signal, moment] of [
      ['SIGKILL', 'trial 0, epoch 2'],
      ['SIGINT', 'trial 1, epoch 1'],
    ] as const) {
      const running = start(args, root);
      await running.until(moment);
      running.child.kill(signal);
      running.child.kill('SIGINT');
      const { code, err } = await running.ended;
      expect(code).toBe(signal === 'SIGKILL' ? null : 130);
      expect(err).toBe('');
      args = ['search', '--resume', 'killed'];
    }
    expect((await espalier(args, root)).code).toBe(0);
    expect(await findings('killed')).toEqual(await findings('whole'));
  });

  it('trains in the ways that are asked for, and writes what one of them has learnt', async () => {
    const ways = [
      ...['--frozen-tail', '1', '--adapter-rank', '0,2', '--start', 'trial,random', '--range-test', 'on'],
      ...['--normalisation', 'freeze', '--decay-towards', 'pretrained', '--mixup', '0.3'],
      ...['--averaging', 'epochs', '--sampler', 'grid', '--no-baseline'],
    ];
    const { code, out, err } = await espalier(search('ways', ...ways), root);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(
      /frozen tail 1, adapter rank [02], start (trial|random), .*range test on, .*mixup 0\.3/,
    );
    const { trials, search: facts } = await readReport(join(root, 'ways', 'report.json'));
    expect(trials.every(({ status }) => status !== 'failed')).toBe(true);
    expect(facts.dimensions.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'frozenTail',
        'adapterRank',
        'start',
        'rangeTest',
        'decayTowards',
        'averaging',
      ]),
    );
    const model = join(root, 'trial.onnx');
    const exported = await espalier(['export', 'ways', '--entry', 'trial-1', '--out', model], root);
    expect(exported).toMatchObject({ code: 0, err: '' });
    const wrong = await espalier(search('wrong', '--start', 'nowhere'), root);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/start .*probe, trial, random/);
  });

  it('goes on with a finished study by measuring it again, and as it began', async () => {
    const again = await espalier(['search', '--resume', join(root, 'whole')], root);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toMatch(/Resuming: 3 trials have ended so far/);
    expect(again.out.split('\n').filter((line) => /^│ trial-[012] /.test(line))).toHaveLength(3);
    expect(await findings('whole')).toEqual(await findings('stopped'));
    const changed = await espalier(['search', '--resume', join(root, 'whole'), '--trials', '50'], root);
    expect(changed).toMatchObject({ code: 2, err: expect.stringMatching(/does not take --trials/) });
  });

  it('says so where Ctrl-C comes before there is anything to go on with, and leaves nothing', async () => {
    const running = start(search('early'), root);
    await running.until('Reading the examples');
    running.child.kill('SIGINT');
    const { code, out } = await running.ended;
    expect(code).toBe(130);
    expect(out).toContain('there is nothing to resume');
    expect(existsSync(join(root, 'early'))).toBe(false);
  });

  it('refuses to write into a study, or to go on with one that is at work', async () => {
    const again = await espalier(search('whole'), root);
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringMatching(/already holds a study; continue it with --resume/),
    });
    const running = start(search('busy', '--epochs', '500', '--patience', '500'), root);
    await running.until('trial 0, epoch 2');
    const second = await espalier(['search', '--resume', join(root, 'busy')], root);
    expect(second).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Process \d+ is using the study/),
    });
    running.child.kill('SIGINT');
    await running.ended;
  });
});

describe('espalier explain', () => {
  it('says why each trial of a study was chosen and ended, and of one its epochs', async () => {
    const { code, out } = await espalier(['explain', 'whole'], root);
    expect(code).toBe(0);
    expect(out).toMatch(/^Sampler transfer, pruner asha\. The budget is spent: 3 trials have started\.\n/);
    expect(out.match(/^ {2}Expected at .* to gain on average, for \d+ % of the costliest/gm)).toHaveLength(3);
    expect(out).toMatch(/Random search is expected to reach .* with the same work/);
    const one = await espalier(['explain', 'whole', 'trial-2'], root);
    expect(one.out).toMatch(/^trial-2 {2}.*\n(.*\n)*Chosen because: Expected at .*\nEnded: /);
    const report = await readFile(join(root, 'whole', 'report.md'), 'utf8');
    expect(report).toMatch(/## Why each trial was chosen\n\n- Trial 0: Expected at /);
  });

  it('prints the same as JSON, and names what there is where something is asked that there is not', async () => {
    const { out } = await espalier(['explain', 'whole', '--json'], root);
    const explained = JSON.parse(out) as { trials: object[]; importance: { share: number }[] };
    expect(explained.trials).toHaveLength(3);
    expect(explained.importance.every(({ share }) => share >= 0 && share <= 1)).toBe(true);
    const wrong = await espalier(['explain', 'whole', '7'], root);
    expect(wrong).toMatchObject({
      code: 2,
      err: "espalier: The study has no trial '7'; its trials are 0 to 2.\n",
    });
    const missing = await espalier(['explain', 'nowhere'], root);
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/^espalier: There is no study in .*\n$/);
  });
});

describe('espalier predict, export and inspect', () => {
  it('classify pictures, name those that cannot be read', async () => {
    const { code, out } = await espalier(['predict', 'whole', 'pictures/spots', '--top', '2'], root);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(20);
    expect(out).toMatch(/^pictures\/spots\/0.png\t\w+ [\d.]+ %\t\w+ [\d.]+ %$/m);
    const mixed = await espalier(
      ['predict', 'whole/model.onnx', 'pictures/spots/1.png', 'tiny/model.onnx', '--json'],
      root,
    );
    expect(mixed.code).toBe(1);
    expect(mixed.err).toMatch(/^espalier: Cannot read tiny\/model.onnx: its content is not an image\.$/m);
    expect(JSON.parse(mixed.out)).toMatchObject({
      file: 'pictures/spots/1.png',
      labels: [{ probability: expect.any(Number) }],
    });
  });

  it('end quietly when nobody reads on', async () => {
    const { code, err } = await piped(['predict', 'whole', 'pictures'], 'head -n 1', root);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('keep control characters of files from the terminal', async () => {
    await writeFile(
      join(root, 'tiny', 'espalier.json'),
      JSON.stringify({ licence: 'evil\u001b]0;title\u0007' }),
    );
    const { out } = await espalier(['inspect', 'tiny'], root);
    await rm(join(root, 'tiny', 'espalier.json'));
    expect(out).toContain('licence evil?]0;title?');
    expect(out).not.toContain('\u001b');
  });

  it('write the network of a trial', async () => {
    const { code, out } = await espalier(['export', 'whole', '--trial', '1', '--out', 'one.onnx'], root);
    expect(code).toBe(0);
    expect(out.trim()).toBe(join(root, 'one.onnx'));
    expect((await readModel(join(root, 'one.onnx'))).graph.outputs.map(({ name }) => name)).toEqual([
      'logits',
      'probabilities',
    ]);
    const none = await espalier(['export', 'whole', '--trial', '99'], root);
    expect(none).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Trial 99 .* has no weights; the trials with weights are/),
    });
  });

  it('show stages and what cannot be trained', async () => {
    const { code, out } = await espalier(['inspect', 'tiny/model.onnx'], root);
    expect(code).toBe(0);
    expect(out).toContain('every operator can be trained');
    expect(out).toContain('freeze depths that can be trained: 0 to 4');
    const json = await espalier(['inspect', 'tiny', '--json'], root);
    expect(JSON.parse(json.out)).toMatchObject({
      id: 'tiny',
      parameters: 4176,
      freezeDepths: [0, 1, 2, 3, 4],
    });
  });
});

describe('espalier plan', () => {
  it('says what a search would do and cost, and trains and writes nothing', async () => {
    const asked = search('planned').slice(1);
    const { code, out, err } = await espalier(['plan', ...asked], root);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/pictures: 3 classes, 42 examples to train, 9 to validate, 9 to test; read in/);
    expect(out).toMatch(/tiny: \d+ stages, [\d,]+ parameters; model\.onnx of about [\d.]+ MB/);
    expect(out).toMatch(/Probes and baselines on fixed features: \d+\n {2}tiny, depth/);
    expect(out).toMatch(/It would end by its trials, after about/);
    expect(existsSync(join(root, 'planned'))).toBe(false);
    const { out: json } = await espalier(['plan', ...asked, '--time', '3s', '--json'], root);
    const facts = JSON.parse(json) as {
      dataset: { splits: object };
      backbones: { depths: { work: number; epochSeconds: number }[]; cacheBytes: number }[];
      end: object;
    };
    expect(facts.dataset.splits).toEqual({ train: 42, validation: 9, test: 9 });
    const [{ depths, cacheBytes } = { depths: [], cacheBytes: 0 }] = facts.backbones;
    expect(cacheBytes).toBeGreaterThan(0);
    const work = depths.map((depth) => depth.work);
    expect(work).toEqual(work.toSorted((a, b) => b - a));
    expect(depths.every(({ epochSeconds }) => epochSeconds > 0)).toBe(true);
  });

  it('refuses what a search refuses', async () => {
    const { code, err } = await espalier(['plan', 'nowhere'], root);
    expect(code).toBe(1);
    expect(err).toMatch(/nowhere/);
  });
});
