import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkPages, pagesBelow } from './check.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = join(root, 'packages', 'base', 'PAGE.md');

/** Finds the faults of a page with these lines. */
const faultsOf = (...lines: readonly string[]): readonly string[] =>
  checkPages(root, [page], () => lines.join('\n')).faults;

describe('the TypeScript of READMEs and documents', () => {
  it('compiles', () => {
    const pages = pagesBelow(root);
    const shown = pages.map((path) => path.slice(root.length));
    expect(shown).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        'docs/plugins.md',
        'packages/sdk/README.md',
        'plugins/hf-hub/README.md',
        'tools/plugin/templates/readme/README.md__tmpl__',
      ]),
    );
    const { blocks, faults } = checkPages(root, pages);
    expect(faults).toEqual([]);
    expect(blocks).toBeGreaterThan(40);
  });

  it.each([
    [
      'a name that is not there',
      "import { randomly } from '@espalier/base/random';",
      2,
      /no exported member/,
    ],
    ['a type that does not fit', "const seed: number = 'one';", 2, /'string' is not assignable/],
    ['what may be undefined', 'const first: string = [`a`][1];', 2, /'undefined' is not assignable/],
    ['an argument of any type', 'const f = (x) => x;', 2, /implicitly has an 'any' type/],
    ['what is left out', 'const options = { seed: 1, ... };', 2, /Expression expected/],
    ['the second line', 'const a = 1;\nconst b = a + c;', 3, /Cannot find name 'c'/],
  ])('is refused with file and line: %s', (_, code, line, fault) => {
    const [first = ''] = faultsOf('```ts', code, '```');
    expect(first).toMatch(new RegExp(`^packages/base/PAGE\\.md:${line}: `));
    expect(first).toMatch(fault);
  });

  it('is completed by what stands in a comment before it', () => {
    const use = ['```typescript', 'const twice: number = count * 2;', '```'];
    expect(faultsOf(...use)).toEqual(["packages/base/PAGE.md:2: Cannot find name 'count'."]);
    expect(faultsOf('<!-- ts', 'declare const count: number;', '-->', '', ...use)).toEqual([]);
    expect(faultsOf('<!-- ts', 'declare const count: Count;', '-->', '', ...use)).toEqual([
      "packages/base/PAGE.md:2: Cannot find name 'Count'.",
    ]);
    expect(faultsOf('<!-- ts', 'declare const count: string;', '-->', '', ...use)[0]).toMatch(/PAGE\.md:6: /);
  });

  it('may be files that import each other', () => {
    const named = ['```ts file=net/src/index.ts', 'export const net = 1;', '```'];
    const user = (name: string): string[] => [
      '```ts file=net/src/index.test.ts',
      `import { ${name} } from './index.js';`,
      '```',
    ];
    expect(faultsOf(...named, ...user('net'))).toEqual([]);
    expect(faultsOf(...named, ...user('web'))[0]).toMatch(/PAGE\.md:5: .*no exported member/);
  });

  it('of another language is none', () => {
    expect(faultsOf('```json', '{ "a": ...', '```', '```', 'npm ci', '```')).toEqual([]);
  });

  it('that does not end, or a comment without a block, is told', () => {
    expect(() => faultsOf('text', '```ts', 'const a = 1;')).toThrow(
      /PAGE\.md, line 2: this block does not end/,
    );
    expect(() => faultsOf('<!-- ts', 'declare const a: 1;', '-->')).toThrow(
      /PAGE\.md, line 1: no block follows/,
    );
  });
});
