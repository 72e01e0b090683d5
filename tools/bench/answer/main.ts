import { appendFile, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findBackbone, modelOfEntry } from '@espalier/sdk';
import { drawSet } from './draw.js';
import type { Item, Place, Source } from './item.js';
import { accuracyOn, readFresh, searchSet } from './ours.js';
import { chosenPeer, runPeers } from './peer.js';
import { answerSets, type AnswerSet, type AnswerSetName } from './sets.js';
import { writeItems } from './write.js';

/**
 * Whether a default search answers better than twenty lines of scikit-learn, on fresh examples.
 *
 *     node tools/dist/bench/answer/main.js [sets ...] [--shared ../shared] [--seed 1] [--python python3]
 *       [--out results.jsonl] [-- options of espalier search]
 */
const { values, positionals, tokens } = parseArgs({
  allowPositionals: true,
  tokens: true,
  options: {
    shared: { type: 'string', default: '../shared' },
    seed: { type: 'string', default: '1' },
    python: { type: 'string', default: 'python3' },
    out: { type: 'string' },
  },
});
const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? Infinity;
const named = tokens.flatMap((token) =>
  token.kind === 'positional' && token.index < end ? [token.value] : [],
);
const extra = positionals.slice(named.length);
const unknown = named.find((name) => !(name in answerSets));
if (unknown !== undefined) {
  console.error(`There is no set '${unknown}'; there are ${Object.keys(answerSets).join(', ')}`);
  process.exit(2);
}

const place: Place = { shared: resolve(values.shared), scratch: join(tmpdir(), 'espalier-answer') };
await mkdir(place.scratch, { recursive: true });
const drawnFrom = new Map<Source, Promise<Item[]>>();

interface Row {
  readonly set: string;
  readonly labelled: number;
  readonly fresh: number;
  readonly peer: string;
  readonly peerFresh: number;
  readonly bestPeerFresh: number;
  readonly peerSeconds: number;
  readonly firstFresh: number;
  readonly firstSeconds: number;
  readonly answerFresh: number;
  readonly seconds: number;
  readonly answer: string;
  readonly covered: boolean;
}

async function measure(name: AnswerSetName): Promise<Row> {
  const set: AnswerSet = answerSets[name];
  const items = drawnFrom.get(set.source) ?? set.source(place);
  drawnFrom.set(set.source, items);
  const drawn = drawSet(await items, set, Number(values.seed));
  const root = join(place.scratch, 'sets', `${name}-${values.seed}`);
  await rm(root, { recursive: true, force: true });
  const paths = {
    labelled: await writeItems(join(root, 'labelled'), drawn.labelled),
    fresh: await writeItems(join(root, 'fresh'), drawn.fresh),
  };
  const isText = drawn.labelled[0]?.content.kind === 'text';
  const columns = isText ? { textColumn: 'text', labelColumn: 'label' } : {};
  const reference = set.backbone.endsWith('-mini')
    ? set.backbone
    : join(place.shared, 'backbones', set.backbone);
  const study = join(root, 'study');
  const searched = await searchSet(paths.labelled, [
    ...['--backbone', reference, '--out', study, '--cache', join(root, 'cache')],
    ...(isText ? ['--text', 'text', '--label', 'label'] : []),
    ...(set.grouped === true ? ['--group', 'group-([^_]+)_'] : []),
    ...extra,
  ]);
  const parts = {
    labelled: await readFresh(paths.labelled, columns),
    fresh: await readFresh(paths.fresh, columns),
  };
  const answerFresh = await accuracyOn(study, parts.fresh);
  const firstFresh = await accuracyOn(await modelOfEntry(study, 'probe-0'), parts.fresh);
  const peers = await runPeers(values.python, join(root, 'peer'), await findBackbone(reference), parts);
  const [peer, { fresh: peerFresh }] = chosenPeer(peers);
  await rm(join(root, 'cache'), { recursive: true, force: true });
  const { low, high } = searched.estimate;
  return {
    set: name,
    labelled: parts.labelled.examples.length,
    fresh: parts.fresh.examples.length,
    peer,
    peerFresh,
    bestPeerFresh: Math.max(...Object.values(peers.results).map(({ fresh }) => fresh)),
    peerSeconds:
      peers.featureSeconds + Object.values(peers.results).reduce((sum, { seconds }) => sum + seconds, 0),
    firstFresh,
    firstSeconds: searched.firstSeconds,
    answerFresh,
    seconds: searched.seconds,
    answer: `${searched.answer}: ${searched.title}`,
    covered: low <= answerFresh && answerFresh <= high,
  };
}

const percent = (share: number): string => (100 * share).toFixed(1);
const points = (share: number): string => `${share < 0 ? '' : '+'}${percent(share)}`;
const rows: Row[] = [];
for (const name of (named.length > 0 ? named : Object.keys(answerSets)) as AnswerSetName[]) {
  const row = await measure(name);
  rows.push(row);
  console.log(
    `${name}: ${percent(row.answerFresh)} (${row.answer}) against ${percent(row.peerFresh)} (${row.peer})`,
  );
  if (values.out !== undefined) await appendFile(values.out, `${JSON.stringify(row)}\n`);
}
console.table(
  rows.map((row) => ({
    set: row.set,
    'fresh examples': row.fresh,
    peer: row.peer,
    'peer %': percent(row.peerFresh),
    'best peer %': percent(row.bestPeerFresh),
    'peer s': row.peerSeconds.toFixed(1),
    'first line %': percent(row.firstFresh),
    'first line s': row.firstSeconds.toFixed(1),
    'answer %': percent(row.answerFresh),
    'answer s': row.seconds.toFixed(0),
    ahead: points(row.answerFresh - row.peerFresh),
  })),
);
const ahead = rows.map((row) => row.answerFresh - row.peerFresh);
const mean = ahead.reduce((a, b) => a + b, 0) / ahead.length;
console.log(
  `Ahead of the chosen peer by ${points(mean)} points on average, ${points(Math.min(...ahead))} at worst; ` +
    `the estimate's interval holds the fresh accuracy in ${rows.filter(({ covered }) => covered).length} of ${rows.length}.`,
);
