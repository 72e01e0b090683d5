import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedPath, pathPolicy } from './index.js';
import { temporaryFolder } from './testing/fixtures.js';

function places(): { root: string; inside: string; outside: string } {
  const root = temporaryFolder();
  for (const name of ['data/pets', 'secret/pets']) mkdirSync(join(root, name), { recursive: true });
  symlinkSync(join(root, 'secret'), join(root, 'data', 'link'));
  writeFileSync(join(root, 'data', 'notes.txt'), 'x');
  writeFileSync(join(root, 'data', 'texts.csv'), 'x');
  return { root, inside: join(root, 'data'), outside: join(root, 'secret') };
}

describe('which paths a server reads', () => {
  it('are those of the environment, all of a machine with one user, and none of a team', () => {
    expect(pathPolicy({ signIn: false }, {})).toEqual({ kind: 'machine' });
    expect(pathPolicy({ signIn: true }, {})).toEqual({ kind: 'roots', roots: [] });
    const env = { ESPALIER_DATASET_ROOTS: '/a:/b' };
    expect(pathPolicy({ signIn: false }, env)).toEqual({ kind: 'roots', roots: ['/a', '/b'] });
  });

  it('are datasets by what they are', async () => {
    const { inside } = places();
    const machine = { kind: 'machine' } as const;
    expect(await allowedPath(machine, join(inside, 'pets'))).toBe(join(inside, 'pets'));
    expect(await allowedPath(machine, join(inside, 'texts.csv'))).toBe(join(inside, 'texts.csv'));
    for (const bad of ['pets', '', 'a\0b', join(inside, 'none'), join(inside, 'notes.txt'), '/dev/null']) {
      await expect(allowedPath(machine, bad), bad).rejects.toMatchObject({ name: 'DatasetsError' });
    }
  });

  it('say in words why one cannot be opened', async () => {
    const missing = join(places().inside, 'none');
    await expect(allowedPath({ kind: 'machine' }, missing)).rejects.toThrow(
      `${missing} cannot be opened: there is no such file or folder; check the path`,
    );
  });

  it('do not leave the roots, neither by dots nor by links, and nothing is told of what is there', async () => {
    const { inside, outside, root } = places();
    const policy = { kind: 'roots', roots: [inside] } as const;
    expect(await allowedPath(policy, join(inside, 'pets'))).toBe(join(inside, 'pets'));
    const bad = [
      outside,
      join(outside, 'none'),
      `${inside}/../secret/pets`,
      join(inside, 'link/pets'),
      root,
      `${inside}x`,
    ];
    for (const path of bad) {
      await expect(allowedPath(policy, path), path).rejects.toMatchObject({ problem: 'denied' });
    }
    await expect(allowedPath({ kind: 'roots', roots: [] }, inside)).rejects.toThrow(/upload the dataset/);
    await expect(allowedPath(policy, outside, 'backbone')).rejects.toThrow(/copy the backbone into/);
  });

  it('never leave the roots, whatever is asked', async () => {
    const { inside } = places();
    const policy = { kind: 'roots', roots: [join(inside, 'pets')] } as const;
    const parts = fc.array(fc.constantFrom('..', '.', 'pets', 'link', 'secret', 'data', ''), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(parts, async (names) => {
        const found = await allowedPath(policy, `${inside}/${names.join('/')}`).catch(() => null);
        expect(found === null || found === join(inside, 'pets')).toBe(true);
      }),
    );
  });
});
