import { appendFile, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findBackbone, modelOfEntry } from '@espalier/sdk';
import { createDrawer, setsNamed } from './drawn.js';
import { accuracyOn, readFresh, searchSet } from './ours.js';
import { chosenPeer, runPeers } from './peer.js';
import type { AnswerSetName } from './sets.js';

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
const scratch = join(tmpdir(), 'espalier-answer');
await mkdir(scratch, { recursive: true });
const draw = createDrawer({ shared: resolve(values.shared), scratch });

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
  const { root, columns, groupPattern, backbone, ...paths } = await draw(name, Number(values.seed));
  const study = join(root, 'study');
  const searched = await searchSet(paths.labelled, [
    ...['--backbone', backbone, '--out', study, '--cache', join(root, 'cache')],
    ...('textColumn' in columns ? ['--text', 'text', '--label', 'label'] : []),
    ...(groupPattern === null ? [] : ['--group', groupPattern]),
    ...extra,
  ]);
  const parts = {
    labelled: await readFresh(paths.labelled, columns),
    fresh: await readFresh(paths.fresh, columns),
  };
  const answerFresh = await accuracyOn(study, parts.fresh);
  const firstFresh = await accuracyOn(await modelOfEntry(study, 'probe-0'), parts.fresh);
  const peers = await runPeers(values.python, join(root, 'peer'), await findBackbone(backbone), parts);
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
for (const name of setsNamed(named)) {
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
