import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlugins } from './find.js';
import { isPlugin, readManifest } from './manifest.js';
import { install, temporaryFolder } from './testing/installed.js';

const espalier = { interface: 1, samplers: ['halton'] };

describe('plugins', () => {
  it('are found by their keyword, in scopes, behind links and above; the nearest of a name counts', async () => {
    const root = temporaryFolder();
    const inner = join(root, 'a', 'b');
    mkdirSync(inner, { recursive: true });
    install(root, 'plain', { espalier });
    install(root, '@team/scoped', { espalier });
    install(root, 'other', { espalier, keywords: ['something'] });
    install(root, 'no-list', { espalier, keywords: 'espalier-plugin' });
    install(root, 'both', { espalier: { interface: 1, pruners: ['above'] } });
    install(join(root, 'a'), 'both', { espalier: { interface: 1, pruners: ['near'] } });
    const elsewhere = temporaryFolder();
    install(elsewhere, 'linked', { espalier });
    symlinkSync(join(elsewhere, 'node_modules', 'linked'), join(root, 'node_modules', 'linked'));
    mkdirSync(join(root, 'node_modules', 'broken'));
    writeFileSync(join(root, 'node_modules', 'broken', 'package.json'), '{');
    const found = await findPlugins(inner);
    expect(found.map(({ name }) => name)).toEqual(['@team/scoped', 'both', 'linked', 'plain']);
    expect(found[1]?.manifest).toMatchObject({ parts: { pruners: ['near'] } });
    expect(found[2]?.folder).toBe(join(elsewhere, 'node_modules', 'linked'));
    expect(found[3]?.manifest).toEqual({
      kind: 'usable',
      version: '1.2.3',
      entry: 'index.js',
      parts: { backbones: [], readers: [], samplers: ['halton'], pruners: [] },
    });
  });

  it('are none where nothing is installed', async () => {
    expect(await findPlugins(join(temporaryFolder(), 'missing'))).toEqual([]);
  });
});

describe('the manifest', () => {
  const manifest = (more: object): unknown => ({
    name: 'leaf',
    keywords: ['espalier-plugin'],
    espalier,
    ...more,
  });

  it.each([
    [{ exports: './a.js' }, './a.js'],
    [{ exports: { '.': './b.js' } }, './b.js'],
    [{ exports: { '.': { types: './c.d.ts', import: './c.js', default: './d.js' } } }, './c.js'],
    [{ exports: { '.': { default: './d.js' } } }, './d.js'],
    [{ main: 'e.js' }, 'e.js'],
    [{}, 'index.js'],
  ])('%j is loaded from %s', (more, entry) => {
    expect(readManifest(manifest(more))).toMatchObject({ kind: 'usable', entry });
  });

  it.each([
    [{ espalier: undefined }, /its package.json is invalid: espalier/],
    [
      { espalier: { interface: 2, samplers: ['x'] } },
      /needs version 2 .* this Espalier has version 1; update Espalier/,
    ],
    [{ espalier: { interface: 1 } }, /names no backbones, readers, samplers, pruners/],
    [
      { espalier: { interface: 1, samplers: ['../x'] } },
      /espalier.samplers.0: a name must be lower-case letters/,
    ],
    [{ espalier: { interface: 1, sampler: ['x'] } }, /espalier: there is no setting sampler/],
  ])('%j cannot be used, with the reason', (more, reason) => {
    expect(readManifest(manifest(more))).toEqual({ kind: 'unusable', reason: expect.stringMatching(reason) });
  });

  it('is read or refused, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (whole, part) => {
        isPlugin(whole);
        expect(['usable', 'unusable']).toContain(readManifest(whole).kind);
        expect(['usable', 'unusable']).toContain(readManifest(manifest({ espalier: part })).kind);
      }),
    );
  });
});
