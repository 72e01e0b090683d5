import { titleOfConfiguration } from '@espalier/search';
import type { ProbeRecord } from '@espalier/study';
import type { TrialRecord } from '@espalier/study';
import type { Descended } from '../methods/method.js';

/** One way to the answer that is fitted as a whole. */
export type Single =
  | { readonly kind: 'probe'; readonly record: ProbeRecord }
  | ({ readonly kind: 'trial' } & Descended)
  /** Trials of one backbone and freeze depth, the best first, whose weights are averaged. */
  | { readonly kind: 'soup'; readonly members: readonly [Descended, ...Descended[]] };

/** What a study may answer with. */
export type Choice =
  | Single
  | {
      readonly kind: 'average';
      readonly members: readonly { readonly choice: Single; readonly share: number }[];
    };

/** What an entry of the leaderboard is called, on the command line too. */
export function nameOf(choice: Choice): string {
  switch (choice.kind) {
    case 'probe':
      return `${choice.record.role}-${choice.record.number}`;
    case 'trial':
      return `trial-${choice.trial.number}`;
    case 'soup':
      return `soup-${choice.members.map(({ trial }) => trial.number).join('+')}`;
    case 'average':
      return `average-${choice.members.map((member) => nameOf(member.choice)).join('+')}`;
  }
}

/** What a choice is, for people. */
export function titleOf(choice: Choice): string {
  switch (choice.kind) {
    case 'probe': {
      const { backbone, title, role } = choice.record;
      return role === 'baseline' ? `${title}, no network` : `${backbone}, ${title}`;
    }
    case 'trial':
      return titleOfConfiguration(choice.trial.configuration);
    case 'soup': {
      const [{ trial }] = choice.members;
      const numbers = choice.members.map((member) => member.trial.number);
      return `${trial.configuration.backbone}, mean weights of trials ${new Intl.ListFormat('en').format(numbers.map(String))}`;
    }
    case 'average':
      return choice.members
        .map(({ choice: member, share }) => `${Math.round(100 * share)} % ${nameOf(member)}`)
        .join(', ');
  }
}

export const singlesOf = (choice: Choice): readonly Single[] =>
  choice.kind === 'average' ? choice.members.map((member) => member.choice) : [choice];

/** The trials that a choice is made of, without those that they go back to. */
export function trialsOf(choice: Choice): readonly TrialRecord[] {
  return singlesOf(choice).flatMap((single) => {
    if (single.kind === 'probe') return [];
    return single.kind === 'trial' ? [single.trial] : single.members.map(({ trial }) => trial);
  });
}

/** The network a choice reads; null where it needs none. */
export function backboneOf(choice: Choice): string | null {
  for (const single of singlesOf(choice)) {
    const [trial] = trialsOf(single);
    const backbone = single.kind === 'probe' ? single.record.backbone : trial?.configuration.backbone;
    if (backbone) return backbone;
  }
  return null;
}
