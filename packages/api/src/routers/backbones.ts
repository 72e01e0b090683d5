import type { BackboneEntry } from '../data/backbones.js';
import { router, viewerProcedure } from '../trpc.js';

/** Backbones of earlier studies that are looked at. */
const MOST_USED = 200;

/** A backbone, with what loading it showed where somebody has. */
export interface ListedBackbone extends BackboneEntry {
  /** Stages that can be frozen one after the other; null until a study has loaded it. */
  readonly stages: number | null;
}

export const backbones = router({
  /** Every backbone that has a name, and those that the organisation's studies used besides. */
  list: viewerProcedure.query(
    async ({ ctx: { database, data, access } }): Promise<readonly ListedBackbone[]> => {
      const { organizationId } = access;
      const used = await database.client.backbone.findMany({
        where: { trials: { some: { study: { project: { organizationId } } } } },
        orderBy: { createdAt: 'desc' },
        take: MOST_USED,
      });
      const named = (await data.backbones()).map((entry): ListedBackbone => {
        const known = used.find(({ reference }) => reference === entry.id);
        const parameters = known?.parameters ?? null;
        return {
          ...entry,
          parameters: parameters === null ? entry.parameters : Number(parameters),
          stages: known?.stages ?? null,
        };
      });
      const names = new Set(named.map(({ id }) => id));
      const others = used.filter(
        ({ reference }, i) =>
          !names.has(reference) && used.findIndex((one) => one.reference === reference) === i,
      );
      return [
        ...named,
        ...others.map(({ reference, family, modality, licence, commercialUse, parameters, stages }) => ({
          ...{ id: reference, family, modality, stages },
          embedded: false,
          checkpoint: reference,
          licence: { spdx: licence, commercialUse: commercialUseOf(commercialUse) },
          parameters: parameters === null ? null : Number(parameters),
        })),
      ];
    },
  ),
});

const commercialUseOf = (text: string): BackboneEntry['licence']['commercialUse'] =>
  text === 'allowed' || text === 'forbidden' ? text : 'unknown';
