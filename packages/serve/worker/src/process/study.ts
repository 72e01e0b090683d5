import {
  factsOf,
  finishStudy,
  limitNotes,
  measureFirst,
  openMeter,
  openSession,
  probeAll,
  requireSame,
  requireTime,
  trainTrial,
  type Session,
  type TrialOutcome,
} from '@espalier/runner';
import type { StudyRequest, Unstamped } from '@espalier/study';
import type { StudyPlan } from '@espalier/queue';
import { findBackbone, installedPlugins, openUsable, writeFindings } from '@espalier/sdk';
import type { Backbone } from '@espalier/transfer';
import type { AddedLocation, ChildFunctions, OpenStudy, ParentFunctions, TaskEnd } from './protocol.js';

/** A study that is open in the process that trains, until that ends. */
export type OpenedStudy = Pick<ChildFunctions, 'plan' | 'trial' | 'finish'>;

export async function openStudyHere(
  parent: ParentFunctions,
  { folder, settings: asked, environment, space, added, elapsed, shares, expected }: OpenStudy,
  signal: AbortSignal,
): Promise<OpenedStudy> {
  // The dataset may be one for a plugin's reader.
  await installedPlugins();
  const { settings, backbones, notes } = await openBackbones(
    asked,
    environment.cache.folder,
    added,
    expected === null,
  );
  const session = await openSession({
    ...{ folder, settings, environment, backbones },
    ...(space !== null && { space }),
    elapsedBefore: elapsed,
    signal,
    emit: (event) => {
      if (event.kind === 'progress') parent.progress(event.phase, event.done, event.total);
    },
    record: (event) => record(parent, event),
    ...(shares && {
      share: {
        find: (space, keys) => parent.findFeatures(space, keys),
        fetch: (space, name) => parent.fetchActivations(space, name),
        publish: (space, file, keys) => parent.publishActivations(space, file, keys),
      },
    }),
  });
  if (expected !== null) requireSame({ settings, ...expected }, session);
  return {
    plan: () => plan(session, notes),
    trial: async ({ trial, epochs, seconds }) => {
      const until = seconds === null ? Infinity : session.elapsed() + seconds;
      return ended(await trainTrial(session, trial, { epochs, until, decide: (so) => parent.decide(so) }));
    },
    finish: async ({ header, probes, measured, ...searched }) => {
      const began = performance.now();
      const { probed } = await probeAll(session, probes, measured);
      const meter = openMeter(session, measured);
      const result = await finishStudy(session, header, { ...searched, probed, meter });
      // The session may have been open while the study rested.
      const seconds = header.elapsed + (performance.now() - began) / 1000;
      await writeFindings({ ...result, seconds }, null);
      return { measured: result.measured };
    },
  };
}

interface OpenBackbones {
  /** Without the backbones that were left out. */
  readonly settings: StudyRequest;
  readonly backbones: readonly Backbone[];
  readonly notes: readonly string[];
}

/** @param first whether nothing is planned yet: a plugin's backbone that cannot be used is left out then */
async function openBackbones(
  settings: StudyRequest,
  cacheFolder: string,
  added: OpenStudy['added'],
  first: boolean,
): Promise<OpenBackbones> {
  const named = settings.backbones.map((reference) => ({
    reference,
    open: () => openBackbone(reference, added[reference]),
  }));
  if (!first) return { settings, backbones: await Promise.all(named.map(({ open }) => open())), notes: [] };
  const { usable, notes } = await openUsable(named, cacheFolder);
  const references = usable.map(({ reference }) => reference) as [string, ...string[]];
  const backbones = usable.map(({ backbone }) => backbone);
  return { settings: { ...settings, backbones: references }, backbones, notes };
}

async function openBackbone(reference: string, added: AddedLocation | undefined): Promise<Backbone> {
  // The folder that a worker was started in is nobody's choice of a backbone.
  if (added === undefined) return findBackbone(reference, { paths: 'absolute' });
  const found = await findBackbone(added.place, { paths: 'absolute', contained: true });
  const { name: id, isUpload } = added;
  return { ...found, id, ...(isUpload && { source: { kind: 'file', path: id } }) };
}

/** Of all that is recorded only epochs leave the process by themselves; the rest is in what it answers. */
async function record(parent: ParentFunctions, event: Unstamped): Promise<void> {
  if (event.type === 'epoch') await parent.record(event.record);
}

async function plan(session: Session, notes: readonly string[]): Promise<StudyPlan> {
  const { settings, space, objective, trainable, data, candidates } = session;
  await requireTime(session);
  const measured = await measureFirst(session);
  const { probed, featured, notes: left } = await probeAll(session, [], measured);
  const probes = probed.map(({ record }) => record);
  return {
    space,
    objective,
    plan: {
      data: data.hash,
      models: candidates.map(({ prepared }) => prepared.fingerprint),
      ...{ probes, featured, dataset: factsOf(session) },
      trainable: [...trainable],
      memory: memory(),
      ...(notes.length > 0 && { backbones: settings.backbones }),
    },
    measured,
    notes: [
      ...notes,
      ...(await limitNotes(session, measured)),
      ...(await session.probing()).omitted,
      ...left,
    ],
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

const ended = ({ status, reason, improved }: TrialOutcome): TaskEnd => ({
  status,
  reason,
  ...(improved !== undefined && { improved }),
  memory: memory(),
});

/** Most bytes of memory of this process so far. */
const memory = (): number => process.resourceUsage().maxRSS * 1024;
