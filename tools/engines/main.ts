import { parseArgs } from 'node:util';
import { AGREEMENT, agrees, compareEngines, someDepths, type EngineDifferences } from '@espalier/conformance';
import type { Architecture } from '@espalier/conformance/architectures';
import { createOnnxEngine, createTfjsEngine } from '@espalier/engine';
import { families, withSmallNetwork } from './families.js';

/**
 * Compares the engines on a small network of every family, at several freeze depths.
 * Usage: node tools/dist/engines/main.js [family ...]
 */
const { positionals } = parseArgs({ allowPositionals: true });
const known = Object.keys(families) as Architecture[];
const unknown = positionals.find((name) => !known.includes(name as Architecture));
if (unknown !== undefined) throw new Error(`there is no family '${unknown}'; there are ${known.join(', ')}`);
const asked = positionals.length === 0 ? known : (positionals as Architecture[]);

const engines = [createOnnxEngine({ threads: 1 }), await createTfjsEngine()] as const;
for (const { name, device } of engines) console.log(`${name}: ${device}`);
const columns = [14, 16, 10, 10, 10, 9];
const line = (cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => cell.padEnd(columns[i] as number)).join(''));
const most = (all: readonly EngineDifferences[], what: 'loss' | 'gradient' | 'parameters'): string =>
  Math.max(...all.map((one) => one[what])).toExponential(1);

console.log('\nLargest relative difference: loss of 20 steps, gradient of one, weights after 20 of AdamW');
line(['family', 'freeze depths', 'loss', 'gradient', 'weights', 'seconds']);
let agree = true;
for (const family of asked) {
  const started = performance.now();
  const all = await withSmallNetwork(family, async (subject) => {
    const found: EngineDifferences[] = [];
    for (const depth of someDepths(subject.prepared))
      found.push(await compareEngines(subject, depth, engines));
    return found;
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  line([
    family,
    all.map(({ depth }) => depth).join(' '),
    most(all, 'loss'),
    most(all, 'gradient'),
    most(all, 'parameters'),
    seconds,
  ]);
  agree &&= all.every(agrees);
}
console.log(`\nThe engines ${agree ? 'agree' : 'do not agree'} to ${AGREEMENT}.`);
process.exitCode = agree ? 0 : 1;
