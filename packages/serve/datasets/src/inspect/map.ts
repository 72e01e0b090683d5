import { createRandom } from '@espalier/base/random';
import { embedExamples, type StudyData } from '@espalier/runner';
import type { Backbone, Modality } from '@espalier/transfer';
import { UMAP } from 'umap-js';
import type { DatasetSummary, InspectProgress, Member } from './summary.js';
import { membersOf } from './members.js';

/** More points hide each other, and take minutes. */
const MOST_POINTS = 2_000;
const NEIGHBOURS = 15;

/** The backbone of a modality that comes along; loaded when it is asked for. */
const embedded: Readonly<Record<Modality, () => Promise<Backbone>>> = {
  image: async () => (await import('@espalier/plugin-vision-mini')).visionMini,
  text: async () => (await import('@espalier/plugin-text-mini')).textMini,
  audio: async () => (await import('@espalier/plugin-audio-mini')).audioMini,
};

export interface MapOptions {
  readonly seed: number;
  readonly cacheFolder: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: InspectProgress) => void;
}

/** Places examples in a plane so that those with like features are near (McInnes et al., UMAP, 2018). */
export async function mapOf(data: StudyData, options: MapOptions): Promise<DatasetSummary['map']> {
  const { seed, cacheFolder, signal, onProgress } = options;
  const all = membersOf(data);
  const shown = createRandom(seed, 'map').shuffle(all).slice(0, MOST_POINTS);
  const backbone = await embedded[data.modality]();
  const { width, features } = await embedExamples(
    backbone,
    shown.map(({ example }) => example),
    {
      cacheFolder,
      ...(signal && { signal }),
      onProgress: (done, total) => onProgress?.({ phase: 'embedding', done, total }),
    },
  );
  const rows = shown.map((_, i) => Array.from(features.subarray(i * width, (i + 1) * width)));
  const places = await project(rows, options);
  return { backbone: backbone.id, points: shown.map(({ member }, i) => pointOf(member, places[i] ?? [])) };
}

const pointOf = (
  member: Member,
  [x = 0, y = 0]: readonly number[],
): DatasetSummary['map']['points'][number] => ({
  ...member,
  x: Number(x.toFixed(4)),
  y: Number(y.toFixed(4)),
});

async function project(rows: number[][], { seed, signal, onProgress }: MapOptions): Promise<number[][]> {
  const random = createRandom(seed, 'umap');
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(NEIGHBOURS, rows.length - 1),
    random: () => random.uniform(),
  });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    signal?.throwIfAborted();
    umap.step();
    if (epoch % 20 !== 0) continue;
    onProgress?.({ phase: 'mapping', done: epoch, total: epochs });
    await new Promise(setImmediate);
  }
  return umap.getEmbedding();
}
