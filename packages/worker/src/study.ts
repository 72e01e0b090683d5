import {
  finishStudy,
  openSession,
  probeAll,
  requireSame,
  spaceOf,
  trainTrial,
  trainTwin,
  type Session,
  type TrialOutcome,
  type Unstamped,
} from '@espalier/runner';
import type { Planned } from '@espalier/queue';
import { findBackbone, installedPlugins, writeFindings } from '@espalier/sdk';
import type { ChildFunctions, OpenStudy, ParentFunctions, TaskEnd } from './protocol.js';

/** A study that is open in the process that trains, until that ends. */
export type OpenedStudy = Pick<ChildFunctions, 'plan' | 'trial' | 'twin' | 'finish'>;

export async function openStudyHere(
  parent: ParentFunctions,
  { folder, settings, elapsed, shares, expected }: OpenStudy,
  signal: AbortSignal,
): Promise<OpenedStudy> {
  // The dataset may be one for a plugin's reader.
  await installedPlugins();
  // The folder that a worker was started in is nobody's choice of a backbone.
  const backbones = await Promise.all(
    settings.backbones.map((reference) => findBackbone(reference, { paths: 'absolute' })),
  );
  const session = await openSession({
    ...{ folder, settings, backbones },
    elapsedBefore: elapsed,
    signal,
    emit: (event) => {
      if (event.kind === 'progress') parent.progress(event.phase, event.done, event.total);
    },
    record: (event) => record(parent, event),
    ...(shares && {
      share: {
        find: (space, keys) => parent.findFeatures(space, keys),
        fetch: (space, name) => parent.fetchFeatures(space, name),
        publish: (space, file, keys) => parent.publishFeatures(space, file, keys),
      },
    }),
  });
  if (expected !== null) requireSame({ settings, ...expected }, session);
  return {
    plan: () => plan(session),
    trial: async ({ trial, epochs }) =>
      ended(await trainTrial(session, trial, { epochs, decide: (so) => parent.decide(so) })),
    twin: async ({ index, trial: { configuration, epochs } }) =>
      ended(
        await trainTwin(session, {
          ...{ index, epochs, best: configuration, rate: configuration.learningRate },
          decide: (so) => parent.decide(so),
        }),
      ),
    finish: async ({ header, scratch, ...searched }) => {
      const log = { ...searched, scratch, scratchEpochs: new Map() };
      const began = performance.now();
      const result = await finishStudy(session, header, log);
      // The session may have been open while the study rested.
      const seconds = header.elapsed + (performance.now() - began) / 1000;
      await writeFindings({ ...result, seconds }, null);
    },
  };
}

/** Of all that is recorded only epochs leave the process by themselves; the rest is in what it answers. */
async function record(parent: ParentFunctions, event: Unstamped): Promise<void> {
  if (event.type === 'epoch' || event.type === 'scratch-epoch') await parent.record(event.record);
}

async function plan(session: Session): Promise<Planned> {
  const { settings, data, candidates } = session;
  const probes = await probeAll(session, []);
  return {
    space: spaceOf(settings, candidates),
    plan: {
      data: data.hash,
      models: candidates.map(({ prepared }) => prepared.fingerprint),
      probes,
      twins: candidates
        .filter(({ prepared }) => prepared.freezeDepths.includes(0))
        .map(({ prepared }) => prepared.backbone.id),
      memory: memory(),
    },
    backbones: candidates.map(({ prepared: { backbone, fingerprint, stages, model } }, i) => ({
      fingerprint,
      reference: settings.backbones[i] as string,
      name: backbone.id,
      family: backbone.family,
      modality: backbone.modality,
      licence: backbone.licence.spdx,
      commercialUse: backbone.licence.commercialUse,
      parameters: parametersOf(model.graph.initializers),
      stages: stages.length,
    })),
  };
}

const parametersOf = (initializers: ReadonlyMap<string, { readonly dims: readonly number[] }>): number =>
  [...initializers.values()].reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0);

const ended = ({ status, reason }: TrialOutcome): TaskEnd => ({ status, reason, memory: memory() });

/** Most bytes of memory of this process so far. */
const memory = (): number => process.resourceUsage().maxRSS * 1024;
