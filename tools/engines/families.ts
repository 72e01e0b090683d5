import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectOf, type Subject } from '@espalier/conformance';
import { randomCheckpoint, type Architecture } from '@espalier/conformance/architectures';
import { audioWav2vec2 } from '@espalier/plugin-audio-wav2vec2';
import { openFamily, parseReference, type Family } from '@espalier/plugin-hf-hub';
import { startHub } from '@espalier/plugin-hf-hub/testing';
import { textBert } from '@espalier/plugin-text-bert';
import { textGpt } from '@espalier/plugin-text-gpt';
import { textRoberta } from '@espalier/plugin-text-roberta';
import { textT5 } from '@espalier/plugin-text-t5';
import { textXlnet } from '@espalier/plugin-text-xlnet';
import { visionEfficientnet } from '@espalier/plugin-vision-efficientnet';
import { visionInception } from '@espalier/plugin-vision-inception';
import { visionMobilenet } from '@espalier/plugin-vision-mobilenet';
import { visionResnet } from '@espalier/plugin-vision-resnet';
import { visionVgg } from '@espalier/plugin-vision-vgg';

/** The plugin of each family that has a small network. */
export const families: Readonly<Record<Architecture, Family>> = {
  resnet: visionResnet,
  vgg: visionVgg,
  efficientnet: visionEfficientnet,
  inception: visionInception,
  mobilenet: visionMobilenet,
  bert: textBert,
  roberta: textRoberta,
  gpt: textGpt,
  t5: textT5,
  xlnet: textXlnet,
  wav2vec2: audioWav2vec2,
};

/** Loads the small network of a family by its plugin, from a hub on this machine. */
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
    return await use(await subjectOf(await openFamily(family, undefined, { environment }), folder));
  } finally {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  }
}
