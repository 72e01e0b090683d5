import { samplers, type SuggestRequest } from '@espalier/search';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { extendStudy, QueueError, sweep, type Queue } from './index.js';
import { embeddedPlace, makeWorker, openedQueue, plan, submitted } from './testing/fixtures.js';

const random = samplers.get('random');

/** A study that is planned, by a worker that could do four tasks at once. */
async function planned(settings: object): Promise<{ readonly queue: Queue; readonly id: string }> {
  const queue = await openedQueue(embeddedPlace());
  const worker = await makeWorker(queue, { slots: 4 });
  const id = await submitted(queue, settings);
  await plan(queue, worker);
  return { queue, id };
}

const trialsOf = ({ database }: Queue, studyId: string): Promise<number> =>
  database.client.trial.count({ where: { studyId } });

describe('a study with the sampler of a plugin', () => {
  it('notes once that it was set aside', async () => {
    const why = 'plugin leaf is disabled: no idea; the random sampler replaces given-up';
    samplers.register('given-up', { ...random, name: 'given-up', replaced: () => why });
    const { queue, id } = await planned({ sampler: 'given-up' });
    await sweep(queue);
    const notes = await queue.database.client.decision.findMany({ where: { studyId: id, kind: 'note' } });
    expect(notes.map(({ text }) => text)).toEqual([why]);
  });

  it('begins the trials that a slow one has time for, and the rest in the next turn', async () => {
    let slept = 0;
    const clock = performance.now.bind(performance);
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock() + slept);
    onTestFinished(() => spy.mockRestore());
    const suggest = (request: SuggestRequest): ReturnType<typeof random.suggest> => {
      slept += 15_000;
      return random.suggest(request);
    };
    samplers.register('slow', { name: 'slow', suggest });
    const { queue, id } = await planned({ sampler: 'slow' });
    expect(await trialsOf(queue, id)).toBe(2);
    await sweep(queue);
    expect(await trialsOf(queue, id)).toBe(4);
  });

  it.each(['sampler', 'pruner'])('fails by name where the %s is not installed', async (what) => {
    const { queue, id } = await planned({ [what]: 'halton' });
    const study = await queue.database.client.study.findUniqueOrThrow({ where: { id } });
    expect(study).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(`no ${what} called halton`),
    });
  });

  it('stays finished where more trials are asked for and its sampler is not installed', async () => {
    const { queue, id } = await planned({ sampler: 'random' });
    const { study: table } = queue.database.client;
    const { settings } = await table.findUniqueOrThrow({ where: { id } });
    const changed = { ...(settings as object), sampler: 'halton' };
    await table.update({ where: { id }, data: { state: 'finished', settings: changed } });
    const refused = extendStudy(queue, id, { trials: 1, seconds: null });
    await expect(refused).rejects.toThrow(QueueError);
    await expect(refused).rejects.toThrow(/no sampler called halton/);
    expect(await table.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'finished' });
  });
});
