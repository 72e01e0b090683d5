import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePictures } from '@espalier/data/testing';
import { sha256OfFile } from '@espalier/base/files';
import { writeModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { continueStudy, extendStudy, pauseStudy } from '@espalier/queue';
import { samplers } from '@espalier/search';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { compiledChild, list, submit, testPlatform, until } from './testing/fixtures.js';

let root: string;
let pictures: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'espalier-worker-pictures-'));
  pictures = join(root, 'pictures');
  await writePictures(pictures, 15);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Processes that train, of this process's workers. */
function children(): number[] {
  const table = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, ...args]) => Number(parent) === process.pid && args.some((arg) => arg.endsWith('child.js')),
    )
    .map(([pid]) => Number(pid));
}

/** Training whose epochs take long enough to be paused, and that does not end by itself. */
const slow = { patience: null, leastSteps: 200 };

describe('a worker', () => {
  it('does a study from its plan to a model that is in the blobs', async () => {
    const platform = await testPlatform();
    await platform.worker();
    const why = 'plugin leaf is disabled; the random sampler replaces given-up';
    const givenUp = { ...samplers.get('random'), name: 'given-up', replaced: () => why };
    onTestFinished(samplers.register('given-up', givenUp));
    const id = await submit(platform, pictures, { baseline: true, sampler: 'given-up' });
    const stray = new TextEncoder().encode('of a worker that was lost');
    await platform.blobs.put(`studies/${id}/trial-0/checkpoint-0-1`, stray, { contentType: 'text/plain' });
    const study = await until(platform, id);
    expect(study).toMatchObject({
      state: 'finished',
      reason: expect.stringContaining('spent'),
      report: { best: {}, search: { notes: [why] } },
    });
    expect(study.trials.map(({ state, metrics }) => [state, metrics.length])).toEqual([
      ['complete', 3],
      ['complete', 3],
      ['complete', 3],
    ]);
    const [model] = study.models;
    const prefix = dirname(String(model?.location));
    const copy = join(platform.root, 'copy.onnx');
    await platform.blobs.fetchTo(`${prefix}/model.onnx`, copy);
    expect((await readFile(copy)).length).toBeGreaterThan(10_000);
    const written = await sha256OfFile(copy);
    const keys: string[] = [];
    for await (const { key } of platform.blobs.list(`studies/${id}`)) keys.push(key);
    expect(keys.filter((key) => key.includes('checkpoint'))).toEqual([]);
    expect(keys).toContain(`${prefix}/report.json`);
    expect(JSON.stringify(study.report)).not.toContain(join(platform.root, 'work'));
    await platform.blobs.fetchTo(`${prefix}/report.md`, copy);
    expect(await readFile(copy, 'utf8')).not.toContain(join(platform.root, 'work'));
    await extendStudy(platform.queue, id, { trials: 2, seconds: null });
    const longer = await until(platform, id);
    expect(longer.trials.filter(({ role }) => role === 'searched')).toHaveLength(4);
    expect(longer.report).toMatchObject({ search: { reason: expect.stringContaining('4 trials') } });
    // The model of the first end is as it was, beside that of the second.
    const [first, second] = longer.models.map(({ location }) => String(location));
    expect([dirname(first ?? ''), dirname(second ?? '')]).toEqual([prefix, `${prefix}-2`]);
    await platform.blobs.fetchTo(`${prefix}/model.onnx`, copy);
    expect(await sha256OfFile(copy)).toBe(written);
    expect(platform.failures).toEqual([]);
  });

  it('does a study of a network that was uploaded, which is not on its machine', async () => {
    const platform = await testPlatform();
    vi.stubEnv('ESPALIER_CACHE', join(platform.root, 'user-cache'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const network = join(platform.root, 'net.onnx');
    await writeModel(network, tinyNetwork());
    const key = 'organizations/o/projects/p/backbones/u.onnx';
    await platform.blobs.put(key, createReadStream(network), { contentType: 'application/octet-stream' });
    const backboneId = randomUUID();
    const settings = { backbones: [`added:${backboneId}`], space: { freezeDepth: list(2, 4) } };
    const id = await submit(platform, pictures, settings);
    const { addedBackbone, study: studies } = platform.queue.database.client;
    const { projectId } = await studies.findUniqueOrThrow({ where: { id } });
    await addedBackbone.create({
      data: { id: backboneId, projectId, name: 'leaf-net', source: 'upload', location: key, state: 'ready' },
    });
    await platform.worker();
    const study = await until(platform, id);
    expect(study).toMatchObject({ state: 'finished', settings, report: { backbones: [{ id: 'leaf-net' }] } });
    expect(study.trials.map(({ backbone }) => backbone)).toEqual(['leaf-net', 'leaf-net']);
    const known = await platform.queue.database.client.backbone.findMany();
    expect(known).toMatchObject([{ reference: `added:${backboneId}`, name: 'leaf-net' }]);
    expect(JSON.stringify(study.report)).not.toContain(join(platform.root, 'user-cache'));
    expect(platform.failures).toEqual([]);
  });

  it('begins a trial with what another has learnt, whose weights are in the blobs', async () => {
    const platform = await testPlatform();
    const space = {
      ...{
        freezeDepth: list(6, 7, 8),
        start: list('trial'),
        learningRate: list(1e-4, 3e-4),
        labelSmoothing: list(0),
        dropout: list(0),
      },
      ...{ augmentation: list('none'), layerDecay: list(1), weightDecay: list(0.01), batch: list(16) },
    };
    const id = await submit(platform, pictures, {
      space,
      sampler: 'grid',
      seed: 1,
      budget: { trials: 6, epochs: 3 },
    });
    await platform.worker();
    await platform.worker();
    const { state, trials } = await until(platform, id);
    expect(state).toBe('finished');
    const begun = trials.filter(({ startedFrom }) => startedFrom !== null);
    expect(begun.length).toBeGreaterThan(0);
    for (const trial of begun) {
      const parent = trials.find(({ number }) => number === trial.startedFrom);
      expect(parent?.improved).toBe(true);
      expect(trial).toMatchObject({ state: 'complete', improved: expect.any(Boolean) as boolean });
      expect(trial.why).toContain(`It begins with what trial ${trial.startedFrom} has learnt.`);
    }
    expect(platform.failures).toEqual([]);
  });

  it('says which backbone is gone where a study cannot begin without it', async () => {
    const platform = await testPlatform();
    const id = await submit(platform, pictures, { backbones: [`added:${randomUUID()}`] });
    await platform.worker();
    const study = await until(platform, id);
    expect(study).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/was removed from its project/),
    });
  });

  it('takes from the blobs the activations that another worker has computed', async () => {
    const platform = await testPlatform();
    const sharedBytes = 2 ** 30;
    const first = await platform.worker({ sharedBytes });
    const expected = await until(platform, await submit(platform, pictures));
    await first.stop();
    const keysOf = async (): Promise<string[]> => {
      const keys: string[] = [];
      for await (const { key } of platform.blobs.list('features/')) keys.push(key);
      return keys.sort();
    };
    const published = await keysOf();
    const spacesOf = (paths: readonly string[]): Set<string | undefined> =>
      new Set(paths.filter((path) => path.endsWith('.features')).map((path) => path.split('/').at(-2)));
    // Two freeze depths, the vectors of the probes of each, and those of the baseline.
    expect(spacesOf(published).size).toBe(5);
    const cache = { folder: join(platform.root, 'another-cache'), bytes: 2 ** 30 };
    await platform.worker({ sharedBytes, cache });
    const { trials } = await until(platform, await submit(platform, pictures));
    // What is computed is published.
    expect(await keysOf()).toEqual(published);
    expect(trials.map(({ metrics }) => metrics.map(({ trainLoss }) => trainLoss))).toEqual(
      expected.trials.map(({ metrics }) => metrics.map(({ trainLoss }) => trainLoss)),
    );
    const segments = await readdir(join(cache.folder, 'features'), { recursive: true });
    expect(spacesOf(segments).size).toBe(5);
    expect(platform.failures).toEqual([]);
  });

  it('leaves out the backbone of a plugin that fails, and says so', async () => {
    const platform = await testPlatform();
    const plugin = join(platform.root, 'node_modules', 'thorn');
    mkdirSync(plugin, { recursive: true });
    writeFileSync(
      join(plugin, 'package.json'),
      JSON.stringify({
        ...{ name: 'thorn', type: 'module', keywords: ['espalier-plugin'] },
        espalier: { interface: 1, backbones: ['thorn-net'] },
      }),
    );
    writeFileSync(join(plugin, 'index.js'), "throw new Error('no rose')");
    const before = process.cwd();
    process.chdir(platform.root);
    onTestFinished(() => process.chdir(before));
    await platform.worker();
    const id = await submit(platform, pictures, { backbones: ['thorn-net', 'vision-mini'] });
    const study = await until(platform, id);
    expect(study).toMatchObject({ state: 'finished' });
    expect(study.trials.every(({ backbone }) => backbone === 'vision-mini')).toBe(true);
    const notes = study.decisions.filter(({ kind }) => kind === 'note').map(({ text }) => text);
    expect(notes).toEqual(['plugin thorn is disabled: no rose; the search continues without thorn-net']);
    expect(study.report).toMatchObject({ search: { notes } });
  });

  it('fails a trial whose process is killed, with the reason, and goes on', async () => {
    const platform = await testPlatform();
    await platform.worker();
    const id = await submit(platform, pictures, { budget: { trials: 2, epochs: 30 } });
    await until(platform, id, ({ trials }) => (trials[0]?.metrics.length ?? 0) > 0);
    for (const pid of children()) process.kill(pid, 'SIGKILL');
    const { trials, ...study } = await until(platform, id);
    expect(study).toMatchObject({ state: 'finished', reason: expect.stringContaining('spent') });
    expect(trials[0]).toMatchObject({
      state: 'failed',
      reason: 'the training process was killed, perhaps because memory ran out',
    });
    expect(['complete', 'pruned']).toContain(trials[1]?.state);
  });

  it('begins another process where its own died between two tasks', async () => {
    const platform = await testPlatform();
    const file = fileURLToPath(new URL('../dist/testing/fragileChild.js', import.meta.url));
    await platform.worker({ child: { ...compiledChild, file } });
    const { state, trials } = await until(platform, await submit(platform, pictures));
    expect(state).toBe('finished');
    expect(trials.map((trial) => [trial.state, trial.attempts])).toEqual([
      ['complete', 1],
      ['complete', 1],
    ]);
  });

  it('says why a study cannot begin', async () => {
    const platform = await testPlatform();
    await platform.worker();
    const id = await submit(platform, join(root, 'nothing'));
    const study = await until(platform, id);
    expect(study).toMatchObject({ state: 'failed', reason: expect.stringContaining('nothing') });
    expect(study.decisions).toMatchObject([{ kind: 'study-failed' }]);
    // A folder where the worker was started is no backbone.
    expect(existsSync('packages')).toBe(true);
    const named = await submit(platform, pictures, { backbones: ['packages'] });
    expect((await until(platform, named)).reason).toContain("there is no backbone 'packages'");
  });

  it('fails a trial whose checkpoint is gone, with the reason', async () => {
    const platform = await testPlatform();
    await platform.worker();
    const id = await submit(platform, pictures, { budget: { trials: 1, epochs: 100 }, training: slow });
    await until(platform, id, ({ trials }) => (trials[0]?.metrics.length ?? 0) >= 1);
    await pauseStudy(platform.queue, id);
    const { tasks } = await until(platform, id, ({ trials }) => trials[0]?.state === 'waiting');
    await platform.blobs.remove(String(tasks.find(({ kind }) => kind === 'trial')?.checkpoint));
    await continueStudy(platform.queue, id);
    const study = await until(platform, id);
    // A probe answers where no trial has a result.
    expect(study.state).toBe('finished');
    expect(study.trials).toMatchObject([{ state: 'failed', reason: expect.stringContaining('there is no') }]);
    expect(await readdir(join(platform.root, 'work'), { recursive: true })).not.toContain(id);
  });

  it('rests behind an epoch and goes on as if nothing had been, with another worker', async () => {
    const platform = await testPlatform();
    const first = await platform.worker();
    // So many that the study is paused before they are over.
    const budget = { trials: 1, epochs: 100 };
    const plain = await submit(platform, pictures, { budget, training: slow });
    const expected = await until(platform, plain);
    expect(expected).toMatchObject({ state: 'finished', reason: expect.stringContaining('spent') });
    const id = await submit(platform, pictures, { budget, training: slow });
    await until(platform, id, ({ trials }) => (trials[0]?.metrics.length ?? 0) >= 2);
    await pauseStudy(platform.queue, id);
    const paused = await until(platform, id, ({ trials }) => trials[0]?.state === 'waiting');
    expect(paused.trials[0]?.metrics.length).toBeLessThan(100);
    await first.stop();
    await platform.worker();
    await continueStudy(platform.queue, id);
    const { trials } = await until(platform, id);
    const numbers = (one: typeof trials) =>
      one[0]?.metrics.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
    expect(numbers(trials)).toEqual(numbers(expected.trials));
    expect(trials[0]?.attempts).toBe(2);
    expect(new Set(platform.epochs).size).toBe(platform.epochs.length);
  });
});
