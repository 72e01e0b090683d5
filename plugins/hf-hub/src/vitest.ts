import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireExpected, type Check } from '@espalier/conformance';
import { randomCheckpoint, type Architecture } from '@espalier/conformance/architectures';
import { testBackbone } from '@espalier/conformance/vitest';
import type { Preprocessing } from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCommit } from './cache.js';
import { hfHub, openFamily, parseReference, type Family, type HubEnvironment } from './index.js';
import { startHub, type Files, type HubRepository, type TestHub } from './testing.js';

export interface FamilyFacts {
  /** Name of the small network of the family. */
  readonly architecture: Architecture;
  /** Stages of the small network. */
  readonly stages: number;
  /** Preprocessing of the examples that is specific to the family. */
  readonly preprocessing: Partial<Preprocessing>;
}

/**
 * Runs the whole suite for a family: conformance of a small network with random weights, which
 * lies on a local hub as the default checkpoint does on the real one, and the tokens and features that
 * PyTorch and transformers give.
 */
export function testFamily(family: Family, facts: FamilyFacts): void {
  const { architecture } = facts;
  const { repository, revision, file } = parseReference(family.checkpoint.reference);
  let hub: TestHub;
  let folder: string;
  let environment: HubEnvironment;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-family-'));
    const { files } = await randomCheckpoint(architecture);
    const pinned = isCommit(revision) ? { commit: revision } : {};
    hub = await startHub({
      [repository]: { files, ...pinned },
      'team/other': { files },
      ...kindsOf(family, files),
    });
    environment = { endpoint: hub.endpoint, token: null, offline: false, cache: join(folder, 'cache') };
  });
  afterAll(async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe(family.id, () => {
    it('is its default checkpoint, pinned', async () => {
      const { id, modality, licence, citation, source } = await openFamily(family, undefined, {
        environment,
      });
      expect({ id, modality, licence, citation }).toEqual({
        id: family.id,
        modality: family.modality,
        licence: family.checkpoint.licence,
        citation: family.citation,
      });
      expect(source).toMatchObject({
        repository,
        ...(isCommit(revision) && { revision }),
        ...(file !== null && { file }),
      });
    });

    it('takes other checkpoints by name', async () => {
      const named = await openFamily(family, 'hf:team/other', { environment });
      expect(named).toMatchObject({ id: 'team/other', family: family.family, licence: { spdx: 'unknown' } });
    });

    it.runIf(family.modelTypes.length > 0).each(family.modelTypes)('knows a %s as its own', async (type) => {
      const found = await hfHub(`hf:team/${type}`, { environment, families: [family] });
      expect(found).toMatchObject({ family: family.family, citation: family.citation });
    });
  });

  const more: Check[] = [
    {
      name: 'preprocesses as its family does',
      run: ({ prepared: { loaded } }) => {
        expect(loaded.preprocessing).toMatchObject(facts.preprocessing);
        expect(loaded.features).toEqual(family.features);
        return Promise.resolve();
      },
    },
    {
      name: 'has the tokens and features that PyTorch gives',
      run: async (subject) => requireExpected(subject, (await randomCheckpoint(architecture)).expected),
    },
    {
      name: 'can be frozen after any of its stages',
      run: ({ prepared: { stages, freezeDepths } }) => {
        expect(stages).toHaveLength(facts.stages);
        expect([...freezeDepths].sort((a, b) => a - b)).toEqual(
          Array.from({ length: facts.stages + 1 }, (_, depth) => depth),
        );
        return Promise.resolve();
      },
    },
  ];
  testBackbone(family.id, () => openFamily(family, undefined, { environment }), more);
}

/** The same files, said to be of each kind that the family takes. */
function kindsOf({ modelTypes }: Family, files: Files): Record<string, HubRepository> {
  const configOf = (model_type: string): string =>
    JSON.stringify({ ...(JSON.parse((files['config.json'] as string) ?? '{}') as object), model_type });
  return Object.fromEntries(
    modelTypes.map((type) => [`team/${type}`, { files: { ...files, 'config.json': configOf(type) } }]),
  );
}

/** The look of torchvision's ImageNet networks, and of those that were trained like them. */
export const imagenetLook = (
  size: number,
  cropFraction: number,
  interpolation: 'linear' | 'cubic',
): Partial<Preprocessing> => ({
  kind: 'image',
  height: size,
  width: size,
  fit: 'crop',
  cropFraction,
  interpolation,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
});
