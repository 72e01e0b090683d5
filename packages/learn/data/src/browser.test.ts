import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Imports that are left at run time, with what is imported again. */
const imports = /^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;

/** The packages and built-in modules that a file needs, with those of what it imports; by who names them. */
function needsOf(entry: string): ReadonlyMap<string, string> {
  const needs = new Map<string, string>();
  const seen = new Set<string>();
  const look = (url: string): void => {
    if (seen.has(url)) return;
    seen.add(url);
    for (const [, name = ''] of readFileSync(fileURLToPath(url), 'utf8').matchAll(imports)) {
      if (name.startsWith('.')) look(new URL(name.replace(/\.js$/, '.ts'), url).href);
      else if (name.startsWith('@espalier/')) look(import.meta.resolve(name));
      else needs.set(name, url);
    }
  };
  look(new URL(entry, import.meta.url).href);
  return needs;
}

/** What such a file may need; csv-parse has a build for browsers. */
const harmless = ['csv-parse/sync', 'zod'];

it.each(['./preview/preview.ts', './modalities/allFacts.ts'])('%s runs in a browser too', (entry) => {
  const needs = [...needsOf(entry).keys()];
  expect(needs.filter((name) => isBuiltin(name))).toEqual([]);
  expect(needs.filter((name) => !harmless.includes(name))).toEqual([]);
});

it('tells what does not: the whole of the package', () => {
  expect([...needsOf('./index.ts').keys()]).toEqual(expect.arrayContaining(['node:fs/promises', 'sharp']));
});
