import { averageModels, type Model } from '@espalier/onnx';
import { cardOfNetwork } from '../answer/card.js';
import { embeddedCard, type EmbeddedCard } from '../answer/export.js';
import { methodFor } from '../methods/index.js';
import { untrainedProbe } from '../probes/untrained.js';
import type { Session } from '../study/session.js';
import { backboneOfNetwork, type Network, type Part } from './network.js';

/** A network as it would be written, with weights that have learnt nothing, and what it says of itself. */
export interface Untrained {
  readonly model: Model;
  readonly card: EmbeddedCard;
}

/** Makes a network without training it. */
export async function untrainedNetwork(session: Session, network: Network): Promise<Untrained> {
  const models: Model[] = [];
  for (const { part } of network.members) models.push(await untrainedPart(session, part));
  const shares = network.members.map(({ share }) => share);
  const whole = models.length === 1 ? (models[0] as Model) : averageModels(models, shares);
  const card = longest(session, network, cardOfNetwork(session, network, await session.probing()));
  return { model: { ...whole, metadata: embeddedCard(card) }, card };
}

/** The card with the freeze depth that takes the most digits: a file becomes no longer than it is measured. */
function longest({ candidate }: Session, network: Network, card: EmbeddedCard): EmbeddedCard {
  const backbone = backboneOfNetwork(network);
  return backbone === null ? card : { ...card, freezeDepth: candidate(backbone).prepared.stages.length };
}

async function untrainedPart(session: Session, part: Part): Promise<Model> {
  if (part.kind === 'configuration')
    return methodFor(part.configuration).untrained(session, part.configuration);
  return untrainedProbe(await session.probing(), part.parts, session.data.classes.length);
}
