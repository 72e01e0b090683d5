import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectOf, type Subject } from '@espalier/conformance';
import { randomCheckpoint, type Architecture } from '@espalier/conformance/architectures';
import { float32, normaliseModel, readModel, sizeOf, writeModel, type Model } from '@espalier/onnx';
import { families as hfFamilies } from '@espalier/plugin-hf-families';
import { openFamily, parseReference, type Family } from '@espalier/plugin-hf-hub';
import { startHub } from '@espalier/plugin-hf-hub/testing';
import type { Backbone } from '@espalier/transfer';

/** The family of each small network. */
export const families: Readonly<Record<Architecture, Family>> = {
  resnet: hfFamilies.get('vision-resnet'),
  vgg: hfFamilies.get('vision-vgg'),
  efficientnet: hfFamilies.get('vision-efficientnet'),
  inception: hfFamilies.get('vision-inception'),
  mobilenet: hfFamilies.get('vision-mobilenet'),
  bert: hfFamilies.get('text-bert'),
  roberta: hfFamilies.get('text-roberta'),
  gpt: hfFamilies.get('text-gpt'),
  t5: hfFamilies.get('text-t5'),
  xlnet: hfFamilies.get('text-xlnet'),
  wav2vec2: hfFamilies.get('audio-wav2vec2'),
};

/** Height and width of pictures: TensorFlow.js without its native library takes hours for whole ones. */
const EXTENT = 16;
/** The least that these can be given. */
const extents: Partial<Record<Architecture, number>> = { vgg: 32, inception: 75 };

/** The backbone for smaller pictures; those of other modalities stay as they are. */
function smaller(backbone: Backbone, extent: number, folder: string): Backbone {
  if (backbone.modality !== 'image') return backbone;
  return {
    ...backbone,
    parameters: null,
    load: async (context) => {
      const loaded = await backbone.load(context);
      const { preprocessing } = loaded;
      if (preprocessing.kind !== 'image') return loaded;
      const model = withExtent(
        normaliseModel(await readModel(loaded.modelPath)),
        extent,
        preprocessing.height,
      );
      const modelPath = join(folder, 'smaller.onnx');
      await writeModel(modelPath, model);
      return { ...loaded, modelPath, preprocessing: { ...preprocessing, height: extent, width: extent } };
    },
  };
}

function withExtent(model: Model, extent: number, before: number): Model {
  const { graph, ...rest } = withFewerPlaces(model, (extent / before) ** 2);
  const inputs = graph.inputs.map((input) => ({
    ...input,
    shape: input.shape?.map((dim) => (dim === before ? extent : dim)) ?? null,
  }));
  return { ...rest, graph: { ...graph, inputs } };
}

/** VGG's first linear layer reads this many numbers, each place of the last map with weights of its own. */
const FLAT = 64 * 7 * 7;

/** The weights of that layer for a share of the places. */
function withFewerPlaces(model: Model, share: number): Model {
  const { graph } = model;
  const found = [...graph.initializers].find(([, { dims }]) => dims.length === 2 && dims.includes(FLAT));
  if (found === undefined) return model;
  const [name, { dims, data }] = found;
  const kept = Math.round(FLAT * share);
  const smaller = dims.map((dim) => (dim === FLAT ? kept : dim));
  const values = float32(smaller, data.subarray(0, sizeOf(smaller)) as Float32Array);
  return { ...model, graph: { ...graph, initializers: new Map([...graph.initializers, [name, values]]) } };
}

/** Loads the small network of a family by its declaration, from a hub on this machine. */
export async function withSmallNetwork<T>(
  architecture: Architecture,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const family = families[architecture];
  const { repository, revision } = parseReference(family.checkpoint.reference);
  const { files } = await randomCheckpoint(architecture);
  const pinned = /^[0-9a-f]{40}$/.test(revision) ? { commit: revision } : {};
  const folder = await mkdtemp(join(tmpdir(), 'espalier-engines-'));
  const hub = await startHub({ [repository]: { files, ...pinned } });
  try {
    const environment = { endpoint: hub.endpoint, token: null, offline: false, cache: join(folder, 'cache') };
    const backbone = await openFamily(family, undefined, { environment });
    return await use(await subjectOf(smaller(backbone, extents[architecture] ?? EXTENT, folder), folder));
  } finally {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  }
}
