import { existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import type { StudyReport } from '@espalier/study';
import { readJournalFrom, readReport } from '@espalier/study/folder';
import { beforeAll, describe, expect, it } from 'vitest';
import { espalier, playground, start } from './testing/cli.js';

const { root, model, search } = await playground();
const wide = join(root, 'wide', 'model.onnx');
/** Bytes that the small network is within, and the large one is not. */
let between: number;

beforeAll(async () => {
  await mkdir(join(root, 'wide'));
  await writeModel(wide, tinyNetwork({ widthMultiplier: 4 }));
  const [small, large] = [(await stat(model)).size, (await stat(wide)).size];
  between = Math.round((small + large) / 2);
});

const report = (out: string): Promise<StudyReport> => readReport(join(root, out, 'report.json'));

/** What was measured, in the order of the journal. */
async function measured(out: string): Promise<(readonly [network: string, costs: object])[]> {
  const { events } = await readJournalFrom(join(root, out), 0);
  return events.flatMap((event) =>
    event.type === 'measured' ? [[event.network, event.costs] as const] : [],
  );
}

describe('a search within limits', () => {
  it('does not train a network that is over them, and measures nothing twice', async () => {
    const asked = [
      ...['--backbone', join(root, 'wide'), '--limit', `size=${between}`, '--limit', 'training=10h'],
      ...['--also', 'latency,training', '--sampler', 'nsga2', '--no-baseline'],
    ];
    const running = start(search('limited', ...asked), root);
    await running.until('trial 0, epoch 1');
    running.child.kill('SIGKILL');
    await running.ended;
    const before = await measured('limited');
    const { code, out, err } = await espalier(['search', '--resume', 'limited'], root);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/latency .* size .* training/);

    const after = await measured('limited');
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after.map(([network]) => network)).size).toBe(after.length);

    const found = await report('limited');
    expect(found.search.notes).toContainEqual(
      expect.stringMatching(/^The backbone wide is not trained, because its size of .* is over the limit of/),
    );
    expect(new Set(found.trials.map(({ configuration }) => configuration.backbone))).toEqual(
      new Set(['tiny']),
    );
    expect(found.costs.map(({ name, limit, weighed }) => [name, limit, weighed])).toEqual([
      ['latency', null, true],
      ['size', between, true],
      ['training', 36_000, true],
    ]);
    const answer = found.leaderboard.find(({ name }) => name === found.best.name);
    expect(answer?.over).toBeUndefined();
    expect(answer?.costs?.['size']).toBe((await stat(join(root, 'limited', 'model.onnx'))).size);
    expect(answer?.costs?.['size']).toBeLessThanOrEqual(between);
    expect(found.front.length).toBeGreaterThan(0);
    const text = await readFile(join(root, 'limited', 'report.md'), 'utf8');
    expect(text).toContain('## Pareto front');
    expect(existsSync(join(root, 'limited', 'pareto.svg'))).toBe(true);

    expect((await espalier(['search', '--resume', 'limited'], root)).code).toBe(0);
    const again = await report('limited');
    expect(again.leaderboard).toEqual(found.leaderboard);
    expect(again.front).toEqual(found.front);
  });

  it('says before it begins that nothing is within a limit, and writes nothing', async () => {
    const { code, err } = await espalier(search('impossible', '--limit', 'size=10B'), root);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^espalier: No model of this search is within the limit of size 10 B: the least size is [\d.]+ kB \(.*\); raise the limit\.\n$/,
    );
    expect(existsSync(join(root, 'impossible'))).toBe(false);
  });

  it.each([
    [['--limit', 'latency=5kg'], /--limit .* invalid. Enter an amount of latency above 0 in ms, s\./],
    [['--limit', 'weight=5kg'], /--limit .* invalid. Enter a limit such as latency=5ms; costs are/],
    [['--also', 'weight'], /--also is invalid: there is no cost 'weight'; there are latency, size, training/],
  ])('refuses %j', async (options, message) => {
    const { code, err } = await espalier(search('wrong', ...options), root);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
