import { averageModels, type Model } from '@espalier/onnx';
import { networkOfChoice } from '../costs/network.js';
import { methodFor } from '../methods/index.js';
import { cardOfNetwork } from './card.js';
import { embeddedCard } from './export.js';
import type { FittedModel, Scope } from '../methods/method.js';
import { fittedParts, probingOf } from '../methods/probe/fitted.js';
import type { Session } from '../study/session.js';
import { soupOf } from './soup.js';
import type { Choice, Single } from './choice.js';

/** Fits a choice on all labelled examples but the test split's, or on those too. */
export async function fitChoice(session: Session, choice: Choice, scope: Scope): Promise<FittedModel> {
  const members = choice.kind === 'average' ? choice.members : [{ choice, share: 1 }];
  const fitted: { readonly one: FittedModel; readonly share: number }[] = [];
  for (const member of members) {
    fitted.push({ one: await fitSingle(session, member.choice, scope), share: member.share });
  }
  const card = cardOfNetwork(session, networkOfChoice(choice), await probingOf(session, scope));
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
