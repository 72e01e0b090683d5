import { z } from 'zod';
import { nothing } from '../answers/common.js';
import { backbone } from '../answers/data.js';
import type { Access, Context } from '../context.js';
import type { BackboneEntry } from '../data/backbones.js';
import { addedId, reference } from '../inputs/references.js';
import { memberProcedure, notFound, router, viewerProcedure } from '../trpc.js';
import { addedBackbones } from './addedBackbones.js';

/** Backbones of earlier studies that are looked at. */
const MOST_USED = 200;

/** A backbone, with what loading it showed where somebody has. */
interface KnownBackbone extends BackboneEntry {
  /** Stages that can be frozen one after the other; null until a study has loaded it. */
  readonly stages: number | null;
}

/** Every backbone that has a name, and those that the organisation's studies used besides. */
async function knownBackbones(
  { database, data }: Context,
  { organizationId }: Access,
): Promise<readonly KnownBackbone[]> {
  const used = await database.client.backbone.findMany({
    where: { trials: { some: { study: { project: { organizationId } } } } },
    orderBy: { createdAt: 'desc' },
    take: MOST_USED,
  });
  const named = (await data.backbones()).map((entry): KnownBackbone => {
    const known = used.find((one) => one.reference === entry.id);
    const parameters = known?.parameters ?? null;
    return {
      ...entry,
      parameters: parameters === null ? entry.parameters : Number(parameters),
      stages: known?.stages ?? null,
    };
  });
  const names = new Set(named.map(({ id }) => id));
  const others = used.filter(
    (one, i) =>
      !names.has(one.reference) &&
      addedId(one.reference) === null &&
      used.findIndex(({ reference }) => reference === one.reference) === i,
  );
  const shown = others.map(async ({ reference, licence, commercialUse, parameters, ...rest }) => ({
    ...{ id: reference, family: rest.family, modality: rest.modality, stages: rest.stages },
    embedded: false,
    checkpoint: reference,
    licence: { spdx: licence, commercialUse: commercialUseOf(commercialUse) },
    parameters: parameters === null ? null : Number(parameters),
    there: await data.isThere(reference),
    bytes: null,
  }));
  return [...named, ...(await Promise.all(shown))];
}

export const backbones = router({
  ...addedBackbones,

  list: viewerProcedure
    .meta({
      about: "Lists every backbone that has a name, and those that the organisation's studies used besides",
    })
    .output(z.array(backbone))
    .query(async ({ ctx }) => {
      const known = await knownBackbones(ctx, ctx.access);
      const found = await ctx.data.checks.found(known.map(({ id }) => id));
      return known.map((one) => ({ ...one, check: found.get(one.id) ?? null }));
    }),

  check: memberProcedure
    .meta({
      about: 'Begins to check a backbone of the list by the conformance suite; `list` says what came of it',
    })
    .output(nothing)
    .input(z.object({ id: reference }))
    .mutation(async ({ ctx, input }) => {
      const known = await knownBackbones(ctx, ctx.access);
      if (!known.some(({ id }) => id === input.id)) throw notFound('backbone');
      await ctx.data.checks.begin(input.id);
    }),
});

const commercialUseOf = (text: string): BackboneEntry['licence']['commercialUse'] =>
  text === 'allowed' || text === 'forbidden' ? text : 'unknown';
