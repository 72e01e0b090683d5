import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChecks, type CheckBackbone } from './data/checks.js';
import { createCaller, type Role } from './index.js';
import { makeTeam, openTestStore, type Team, type TestStore } from './testing/store.js';

const entryOf = (id: string) => ({
  ...{
    id,
    modality: 'image' as const,
    family: id,
    embedded: true,
    checkpoint: null,
    parameters: 1,
    there: true,
    bytes: null,
  },
  licence: { spdx: 'Apache-2.0', commercialUse: 'allowed' as const },
});

const passed = (name: string) => ({ name, state: 'passed', reason: null }) as const;
const suite = [passed('loads'), passed('trains')];

let store: TestStore;
let check: CheckBackbone;
let team: Team;
// Each test has a server that knows of no check.
beforeEach(async () => {
  const backbones = () => Promise.resolve(['one', 'two', 'again'].map(entryOf));
  store = await openTestStore({ backbones, check: (...asked) => check(...asked) });
  team = await makeTeam(store);
});
afterEach(() => store.close());

const as = (role: Role) => createCaller(team.contextFor(role)).backbones;
const begin = (id: string) => as('member').check({ id });
const checkOf = async (id: string) => (await as('viewer').list()).find((one) => one.id === id)?.check;
const becomes = (id: string, state: string) =>
  expect.poll(async () => (await checkOf(id))?.state, { timeout: 300_000 }).toBe(state);

describe('a check of a backbone', () => {
  it('is what the list shows, from nothing to the outcome', async () => {
    let finish = (_: Awaited<ReturnType<CheckBackbone>>): void => undefined;
    const asked: string[] = [];
    check = (reference) => {
      asked.push(reference);
      return new Promise((resolve) => (finish = resolve));
    };
    expect(await checkOf('one')).toBeNull();
    await begin('one');
    await becomes('one', 'running');
    // One at a time, and none twice.
    await begin('two');
    await begin('two');
    expect(await checkOf('two')).toMatchObject({ state: 'waiting', checks: [], endedAt: null });
    finish({ version: '1.2.3', checks: suite });
    await becomes('two', 'running');
    expect(await checkOf('one')).toMatchObject({ state: 'passed', version: '1.2.3', checks: suite });
    const broken = { name: 'trains', state: 'failed', reason: 'it does not' } as const;
    finish({ version: '1.2.3', checks: [passed('loads'), broken] });
    await becomes('two', 'failed');
    expect(await checkOf('two')).toMatchObject({ checks: [passed('loads'), broken], reason: null });
    expect(asked).toEqual(['one', 'two']);
  });

  it('says why there is no outcome, and can be made again', async () => {
    check = () => Promise.reject(new Error('no process can be started'));
    await begin('again');
    await becomes('again', 'failed');
    expect(await checkOf('again')).toMatchObject({ reason: 'no process can be started', checks: [] });
    check = () => Promise.resolve({ version: '1', checks: suite });
    await begin('again');
    await becomes('again', 'passed');
    expect(await checkOf('again')).toMatchObject({ reason: null });
  });

  it('is for members, and for backbones of the list', async () => {
    await expect(begin('three')).rejects.toThrow(/there is no such backbone/);
    await expect(begin('/etc/passwd')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(as('viewer').check({ id: 'one' })).rejects.toThrow(/needs the role member/);
  });

  it('ends with the server, and one that a server left behind is told of by the next', async () => {
    check = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await begin('one');
    await becomes('one', 'running');
    await begin('two');
    await store.data.checks.close();
    const left = { state: 'failed', reason: expect.stringMatching(/the server ended .* check it again/) };
    for (const id of ['one', 'two']) expect(await checkOf(id)).toMatchObject(left);
    await store.database.client.backboneCheck.updateMany({ data: { state: 'running', reason: null } });
    const next = createChecks({
      ...{ database: store.database, check },
      onFailure: (error) => {
        throw error;
      },
    });
    await next.close();
    expect(await checkOf('one')).toMatchObject(left);
  });
});
