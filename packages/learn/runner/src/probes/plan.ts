import type { FeatureSource } from './source.js';

/** A block that a probe reads, and how much it counts in the probe's kernel. */
export interface ProbePart {
  readonly source: string;
  readonly block: string;
  readonly weight: number;
}

/** A linear classifier to fit on fixed features. */
export interface ProbePlan {
  /** `baseline` reads nothing that was pre-trained. */
  readonly role: 'probe' | 'baseline';
  /** The network it reads; null for a baseline. */
  readonly backbone: string | null;
  /** What it reads, for people, without the network's name. */
  readonly title: string;
  readonly parts: readonly ProbePart[];
  /** The depth whose features are also scored; one probe of each depth has it. */
  readonly scored?: number;
}

/** A block of a network by what it was made of; see {@link Block}. */
export interface NetworkBlock {
  readonly name: string;
  readonly depth: number;
  readonly statistic: string;
}

/** A network's source with what its blocks are. */
export interface NetworkSource {
  readonly source: FeatureSource;
  readonly network: readonly NetworkBlock[];
}

/**
 * The probes of a study, in the order in which they are fitted: first what the networks' last features
 * give, then what needs no network, then words beside a network, other depths, and depths together.
 */
export function planProbes(
  networks: readonly NetworkSource[],
  recipes: readonly FeatureSource[],
): ProbePlan[] {
  const lasts = networks.map(lastFeatures);
  const baselines = recipes.map((recipe): ProbePlan => ({
    role: 'baseline',
    backbone: null,
    title: recipe.id,
    parts: recipe.blocks.map(({ name }) => ({ source: recipe.id, block: name, weight: 1 })),
  }));
  const beside = baselines.filter(({ parts }) =>
    recipes.some(({ id, joins }) => joins && id === parts[0]?.source),
  );
  const others = networks.flatMap((network) => {
    const own = [...depthProbes(network), ...allDepths(network)];
    const mixed = [lastFeatures(network), ...allDepths(network).slice(0, 1)].flatMap((probe) =>
      beside.flatMap((baseline) => SHARES.map((share) => together(probe, baseline, share))),
    );
    return [...mixed, ...own];
  });
  return [...lasts, ...baselines, ...distinct(others, lasts)];
}

const partsOf = ({ source }: NetworkSource, blocks: readonly NetworkBlock[]): ProbePart[] =>
  blocks.map(({ name }) => ({ source: source.id, block: name, weight: 1 }));

const probeOf = (network: NetworkSource, title: string, blocks: readonly NetworkBlock[]): ProbePlan[] =>
  blocks.length === 0
    ? []
    : [{ role: 'probe', backbone: network.source.id, title, parts: partsOf(network, blocks) }];

const depthsOf = ({ network }: NetworkSource): number[] => [...new Set(network.map(({ depth }) => depth))];

function lastFeatures(network: NetworkSource): ProbePlan {
  const last = Math.max(...depthsOf(network));
  const blocks = network.network.filter(({ depth }) => depth === last);
  return { ...(probeOf(network, `depth ${last}`, blocks)[0] as ProbePlan), scored: last };
}

/** What tells most of the places of a map: their means by quarter where it is large enough. */
const placed = (blocks: readonly NetworkBlock[], depth: number): NetworkBlock[] => {
  const own = blocks.filter((block) => block.depth === depth);
  const quarters = own.filter(({ statistic }) => statistic === 'quarters');
  const means = own.filter(({ statistic }) => statistic === 'mean' || statistic === 'value');
  return quarters.length > 0 ? quarters : means;
};

/** Statistics of a map that tell what is in it, and how much it varies. */
export const spread: ReadonlySet<string> = new Set(['mean', 'deviation', 'maximum', 'value']);

function depthProbes(network: NetworkSource): ProbePlan[] {
  const { network: blocks } = network;
  return depthsOf(network)
    .toReversed()
    .flatMap((depth) => {
      const own = blocks.filter((block) => block.depth === depth);
      const moments = own.filter(({ statistic }) => spread.has(statistic));
      const places = placed(blocks, depth);
      return [
        ...(places.some(({ statistic }) => statistic === 'quarters')
          ? probeOf(network, `depth ${depth}, by quarters`, places)
          : []),
        ...probeOf(network, `depth ${depth}, mean and spread`, moments).map((plan) => ({
          ...plan,
          scored: depth,
        })),
      ];
    });
}

function allDepths(network: NetworkSource): ProbePlan[] {
  const depths = depthsOf(network);
  if (depths.length < 2) return [];
  const { network: blocks } = network;
  const places = depths.flatMap((depth) => placed(blocks, depth));
  const moments = blocks.filter(({ statistic }) => spread.has(statistic));
  const named = depths.join(', ');
  return [
    ...probeOf(network, `depths ${named}`, places),
    ...probeOf(network, `depths ${named}, mean and spread`, moments),
    ...probeOf(network, `depths ${named}, everything`, blocks),
  ];
}

/** How much of the kernel a network has where words stand beside it: often words tell more. */
const SHARES = [0.5, 0.2] as const;

/** A network's features and a baseline's side by side. */
function together(probe: ProbePlan, baseline: ProbePlan, share: number): ProbePlan {
  const weighted = (parts: readonly ProbePart[], whole: number): ProbePart[] =>
    parts.map((part) => ({ ...part, weight: whole / parts.length }));
  const { role, backbone } = probe;
  return {
    role,
    backbone,
    title: `${probe.title} and ${Math.round(100 * (1 - share))} % ${baseline.title}`,
    parts: [...weighted(probe.parts, share), ...weighted(baseline.parts, 1 - share)],
  };
}

const keyOf = ({ parts }: ProbePlan): string =>
  parts
    .map(({ source, block, weight }) => `${source} ${block} ${weight}`)
    .sort()
    .join('\n');

/** Small networks give the same blocks under several titles; each is fitted once. */
function distinct(plans: readonly ProbePlan[], before: readonly ProbePlan[]): ProbePlan[] {
  const known = new Set(before.map(keyOf));
  return plans.filter((plan) => {
    const key = keyOf(plan);
    return !known.has(key) && known.add(key);
  });
}
