import type { Configuration } from '@espalier/study';
import { taskOfCard, type EmbeddedCard } from '../answer/export.js';
import type { Session } from '../study/session.js';

/** What a model of one configuration says of itself. @param frozen stages that stayed as they were */
export function cardOfTrial(
  { settings, data, candidate }: Session,
  { backbone }: Configuration,
  frozen: number,
): EmbeddedCard {
  const { prepared } = candidate(backbone);
  return {
    version: 1,
    labels: [...data.classes],
    preprocessing: prepared.loaded.preprocessing,
    backbone,
    licence: prepared.backbone.licence,
    freezeDepth: frozen,
    seed: settings.seed,
    ...taskOfCard(settings),
  };
}
