import type { Preprocessing } from '@espalier/transfer';
import { backboneOfNetwork, configurationsOf, type Network } from '../costs/network.js';
import { methodFor } from '../methods/index.js';
import type { OpenProbing } from '../probes/open.js';
import type { FeatureSource } from '../probes/source.js';
import type { Session } from '../study/session.js';
import { taskOfCard, type EmbeddedCard } from './export.js';

/** The recipes that a network reads, for how its inputs are made. */
function recipesOf({ members }: Network, probing: OpenProbing): FeatureSource[] {
  const ids = members.flatMap(({ part }) =>
    part.kind === 'probe' ? part.parts.map(({ source }) => source) : [],
  );
  return [...new Set(ids)].map((id) => probing.source(id)).filter(({ plain }) => plain);
}

/** What a written network says of itself. */
export function cardOfNetwork(session: Session, network: Network, probing: OpenProbing): EmbeddedCard {
  const { settings, data } = session;
  const recipes = recipesOf(network, probing);
  const backbone = backboneOfNetwork(network);
  const common = {
    version: 1 as const,
    labels: [...data.classes],
    seed: settings.seed,
    ...taskOfCard(settings),
  };
  const plain = recipes.map(({ preprocessing }) => preprocessing);
  if (backbone === null) {
    const [own] = recipes as [FeatureSource];
    return {
      ...common,
      preprocessing: own.preprocessing,
      backbone: own.id,
      licence: { spdx: 'Apache-2.0', commercialUse: 'allowed' },
      freezeDepth: 0,
    };
  }
  const { prepared } = session.candidate(backbone);
  return {
    ...common,
    preprocessing: plain.reduce(withBag, prepared.loaded.preprocessing),
    backbone,
    licence: prepared.backbone.licence,
    freezeDepth: Math.min(
      prepared.stages.length,
      ...configurationsOf(network).map((configuration) => methodFor(configuration).frozen(configuration)),
    ),
  };
}

/** A network's tokens with a bag of words beside them. */
function withBag(network: Preprocessing, recipe: Preprocessing): Preprocessing {
  if (network.kind !== 'text' || recipe.kind !== 'bag') return network;
  return { ...network, bag: recipe.inputs };
}
