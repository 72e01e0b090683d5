import type { ScannedExample } from '@espalier/data';
import { averageModels, type Model } from '@espalier/onnx';
import type { Preprocessing } from '@espalier/transfer';
import { assembleModel, embeddedCard } from '../export.js';
import { softmaxRows } from '../predictions.js';
import type { OpenProbing } from '../probes/open.js';
import type { FeatureSource } from '../probes/source.js';
import { recipeFor } from '../recipe.js';
import type { Session } from '../session.js';
import { backboneOf, singlesOf, type Choice, type Single } from './choice.js';
import { predictWith, retrain } from './foldTrial.js';

/** What the answer learns from: all but the test split, or everything. */
export type Scope = 'labelled' | 'everything';

/** A choice that was fitted. */
export interface FittedChoice {
  /** Class probabilities, [examples, classes]. */
  predict(examples: readonly ScannedExample[]): Promise<Float32Array>;
  /** The whole network, with its description in its metadata. */
  model(): Model;
}

/** Fits a choice on all labelled examples but the test split's, or on those too. */
export async function fitChoice(session: Session, choice: Choice, scope: Scope): Promise<FittedChoice> {
  const members = choice.kind === 'average' ? choice.members : [{ choice, share: 1 }];
  const fitted: { readonly one: FittedChoice; readonly share: number }[] = [];
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

const fitSingle = (session: Session, choice: Single, scope: Scope): Promise<FittedChoice> =>
  choice.kind === 'probe' ? fitProbe(session, choice, scope) : fitTrial(session, choice, scope);

const probingOf = (session: Session, scope: Scope): Promise<OpenProbing> =>
  scope === 'labelled' ? session.probing() : session.probingEverything();

async function fitProbe(
  session: Session,
  { record }: Extract<Single, { kind: 'probe' }>,
  scope: Scope,
): Promise<FittedChoice> {
  const probing = await probingOf(session, scope);
  await probing.prepare(record, () => undefined);
  const probe = await probing.fit(record.parts, record.penalty);
  const classes = session.data.classes.length;
  return {
    predict: async (examples) => softmaxRows((await probing.scores(probe, examples)).data, classes),
    model: () => probing.model([{ probe, share: 1 }]),
  };
}

async function fitTrial(
  session: Session,
  { trial }: Extract<Single, { kind: 'trial' }>,
  scope: Scope,
): Promise<FittedChoice> {
  const { data, judging, starts } = session;
  const { backbone } = trial.configuration;
  const all = scope === 'everything';
  const trained = await retrain(session, {
    name: `trial-${trial.number}-${scope}`,
    trial,
    train: all ? [...judging.labelled, ...data.splits.test] : judging.labelled,
    start: () => (all ? starts.onEverything(backbone) : starts.on(backbone, () => true)),
  });
  const card = cardOf(session, { kind: 'trial', trial }, []);
  return {
    predict: (examples) => predictWith(session, trial, trained, examples),
    model: () => assembleModel(session.candidate(backbone).prepared, trained, card),
  };
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
  const common = { version: 1 as const, labels: [...data.classes], seed: settings.seed };
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
  const trained = singlesOf(choice).flatMap((single) => (single.kind === 'trial' ? [single.trial] : []));
  return {
    ...common,
    preprocessing: plain.reduce(withBag, prepared.loaded.preprocessing),
    backbone,
    licence: prepared.backbone.licence,
    freezeDepth: Math.min(
      prepared.stages.length,
      ...trained.map(({ configuration }) => recipeFor(session, configuration).freezeDepth),
    ),
  };
}

/** A network's tokens with a bag of words beside them. */
function withBag(network: Preprocessing, recipe: Preprocessing): Preprocessing {
  if (network.kind !== 'text' || recipe.kind !== 'bag') return network;
  return { ...network, bag: recipe.inputs };
}
