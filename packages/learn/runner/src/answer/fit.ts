import { averageModels, type Model } from '@espalier/onnx';
import type { Preprocessing } from '@espalier/transfer';
import { embeddedCard, taskOfCard } from './export.js';
import { methodFor } from '../methods/index.js';
import type { FittedModel, Scope } from '../methods/method.js';
import { fittedParts, probingOf } from '../methods/probe/fitted.js';
import type { FeatureSource } from '../probes/source.js';
import type { Session } from '../study/session.js';
import { soupOf } from './soup.js';
import { backboneOf, singlesOf, trialsOf, type Choice, type Single } from './choice.js';

/** Fits a choice on all labelled examples but the test split's, or on those too. */
export async function fitChoice(session: Session, choice: Choice, scope: Scope): Promise<FittedModel> {
  const members = choice.kind === 'average' ? choice.members : [{ choice, share: 1 }];
  const fitted: { readonly one: FittedModel; readonly share: number }[] = [];
  for (const member of members) {
    fitted.push({ one: await fitSingle(session, member.choice, scope), share: member.share });
  }
  const card = cardOf(session, choice, await sourcesOf(session, choice, scope));
  return {
    predict: async (examples) => {
      const sum = new Float32Array(examples.length * session.data.classes.length);
      for (const { one, share } of fitted) {
        const probabilities = await one.predict(examples);
        probabilities.forEach((value, i) => (sum[i] = (sum[i] as number) + share * value));
      }
      return sum;
    },
    model: () => {
      const models = fitted.map(({ one }) => one.model());
      const shares = fitted.map(({ share }) => share);
      const whole = models.length === 1 ? (models[0] as Model) : averageModels(models, shares);
      return { ...whole, metadata: embeddedCard(card) };
    },
  };
}

export function fitSingle(session: Session, choice: Single, scope: Scope): Promise<FittedModel> {
  switch (choice.kind) {
    case 'probe':
      return fitProbe(session, choice, scope);
    case 'trial':
      return methodFor(choice.trial.configuration).fit(session, choice, scope);
    case 'soup':
      return soupOf(choice.members).fit(session, choice.members, scope);
  }
}

async function fitProbe(
  session: Session,
  { record }: Extract<Single, { kind: 'probe' }>,
  scope: Scope,
): Promise<FittedModel> {
  const probing = await probingOf(session, scope);
  return fittedParts(session, probing, record.parts, { penalty: record.penalty });
}

/** The recipes that a choice reads, for how its inputs are made. */
async function sourcesOf(session: Session, choice: Choice, scope: Scope): Promise<FeatureSource[]> {
  const probing = await probingOf(session, scope);
  const ids = singlesOf(choice).flatMap((single) =>
    single.kind === 'probe' ? single.record.parts.map(({ source }) => source) : [],
  );
  return [...new Set(ids)].map((id) => probing.source(id)).filter(({ plain }) => plain);
}

/** What the written model says of itself. */
function cardOf(
  session: Session,
  choice: Choice,
  recipes: readonly FeatureSource[],
): Parameters<typeof embeddedCard>[0] {
  const { settings, data } = session;
  const backbone = backboneOf(choice);
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
  const trained = trialsOf(choice);
  return {
    ...common,
    preprocessing: plain.reduce(withBag, prepared.loaded.preprocessing),
    backbone,
    licence: prepared.backbone.licence,
    freezeDepth: Math.min(
      prepared.stages.length,
      ...trained.map(({ configuration }) => methodFor(configuration).frozen(configuration)),
    ),
  };
}

/** A network's tokens with a bag of words beside them. */
function withBag(network: Preprocessing, recipe: Preprocessing): Preprocessing {
  if (network.kind !== 'text' || recipe.kind !== 'bag') return network;
  return { ...network, bag: recipe.inputs };
}
