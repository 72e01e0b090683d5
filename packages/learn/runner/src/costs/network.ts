import { networkOf } from '@espalier/search';
import type { Configuration } from '@espalier/study';
import { trialsOf, type Choice, type Single } from '../answer/choice.js';
import type { ProbePart } from '../probes/plan.js';

/** A network by what it is made of, whatever its weights are. */
export type Part =
  | { readonly kind: 'probe'; readonly backbone: string | null; readonly parts: readonly ProbePart[] }
  | { readonly kind: 'configuration'; readonly configuration: Configuration };

export interface Network {
  /** Those of one name are alike but for their weights. */
  readonly name: string;
  /** The shares sum to 1. */
  readonly members: readonly { readonly part: Part; readonly share: number }[];
}

const single = (name: string, part: Part): Network => ({ name, members: [{ part, share: 1 }] });

/** The network that a configuration ends in. */
export const networkOfConfiguration = (configuration: Configuration): Network =>
  single(networkOf(configuration), { kind: 'configuration', configuration });

/** The network of a linear classifier on some features. */
export function networkOfProbe({ backbone, parts }: Omit<Extract<Part, { kind: 'probe' }>, 'kind'>): Network {
  const name = parts.map(({ source, block }) => `${source}: ${block}`).join(', ');
  return single(name, { kind: 'probe', backbone, parts });
}

/** The network of what a study may answer with. */
export function networkOfChoice(choice: Choice): Network {
  if (choice.kind !== 'average') return networkOfSingle(choice);
  const members = choice.members.map((member) => ({ ...member, network: networkOfSingle(member.choice) }));
  return {
    name: members.map(({ network }) => network.name).join(' and '),
    members: members.flatMap(({ network, share }) => network.members.map(({ part }) => ({ part, share }))),
  };
}

function networkOfSingle(choice: Single): Network {
  if (choice.kind === 'probe') return networkOfProbe(choice.record);
  const [trial] = trialsOf(choice);
  if (trial === undefined) throw new RangeError('a soup has no trials');
  return networkOfConfiguration(trial.configuration);
}

/** The backbone that a network reads; null where it reads none. */
export const backboneOfNetwork = ({ members }: Network): string | null =>
  members
    .map(({ part }) => (part.kind === 'probe' ? part.backbone : part.configuration.backbone))
    .find((backbone) => backbone !== null) ?? null;

/** The configurations that a network is trained by. */
export const configurationsOf = ({ members }: Network): readonly Configuration[] =>
  members.flatMap(({ part }) => (part.kind === 'configuration' ? [part.configuration] : []));
