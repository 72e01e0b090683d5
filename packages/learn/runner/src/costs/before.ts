import { counted } from '@espalier/data';
import {
  costs,
  networkOf,
  networksIn,
  overIn,
  samplers,
  searchedSpace,
  writeCosts,
  type Limits,
} from '@espalier/search';
import type { Costs, Measured, StudyRequest } from '@espalier/study';
import { inSentence, writeAmount } from '@espalier/study/words';
import { LimitError } from '../errors.js';
import type { ProbePlan } from '../probes/plan.js';
import type { Session } from '../study/session.js';
import { openMeter, type Meter } from './meter.js';
import { networkOfConfiguration, networkOfProbe, type Network } from './network.js';

/** A network that a study may answer with. */
interface Possible {
  readonly title: string;
  readonly network: Network;
}

/** The limits of what is known of a network before anything is trained. */
const limitsBefore = ({ limits = {} }: StudyRequest): Limits =>
  Object.fromEntries(Object.entries(limits).filter(([name]) => costs.get(name).of === 'network'));

const isLimited = (settings: StudyRequest): boolean => Object.keys(limitsBefore(settings)).length > 0;

const isWeighed = ({ also = [] }: StudyRequest): boolean =>
  also.some((name) => costs.get(name).of === 'network');

/**
 * Measures what a search has to know of its networks before it begins: those that limits may leave out, and those
 * of trials where the search weighs what they cost.
 */
export async function measureBefore(session: Session, meter: Meter): Promise<void> {
  const { settings } = session;
  const needed = [
    ...(isLimited(settings) || isWeighed(settings) ? trainedIn(session) : []),
    ...(isLimited(settings) ? await probedIn(session) : []),
  ];
  for (const { network } of needed) await meter.of(network);
}

/** The same for a study that has not begun, and keeps nothing. @throws LimitError where nothing is within the limits */
export async function measureFirst(session: Session): Promise<Measured> {
  const meter = openMeter({ ...session, record: () => Promise.resolve() }, {});
  await measureBefore(session, meter);
  await requirePossible(session, meter.measured());
  return meter.measured();
}

const trainedIn = ({ space }: Session): Possible[] =>
  networksIn(space).map((configuration) => ({
    title: networkOf(configuration),
    network: networkOfConfiguration(configuration),
  }));

const probedIn = async (session: Session): Promise<Possible[]> =>
  (await session.probing()).plans.map((plan) => ({
    title: plan.backbone === null ? `${plan.title}, no network` : `${plan.backbone}, ${plan.title}`,
    network: networkOfProbe(plan),
  }));

/** @throws LimitError which says what the least would be */
async function requirePossible(session: Session, measured: Measured): Promise<void> {
  const limits = limitsBefore(session.settings);
  if (Object.keys(limits).length === 0) return;
  const possible = [...(await probedIn(session)), ...trainedIn(session)].map(({ title, network }) => ({
    title,
    costs: measured[network.name] ?? {},
  }));
  requireWithin(limits, possible, 'no model of this search');
}

/**
 * Refuses limits that nothing is within.
 *
 * @param what the noun of those that are possible
 * @throws LimitError which says what the least would be
 */
export function requireWithin(
  limits: Limits,
  possible: readonly { readonly title: string; readonly costs: Costs }[],
  what: string,
): void {
  if (possible.some((one) => overIn(limits, one.costs).length === 0)) return;
  const least = Object.keys(limits).flatMap((name) => {
    const { label, units } = costs.get(name);
    const [first] = possible.toSorted((a, b) => (a.costs[name] ?? Infinity) - (b.costs[name] ?? Infinity));
    const amount = first?.costs[name];
    return amount === undefined
      ? []
      : [`the least ${inSentence(label)} is ${writeAmount(units, amount)} (${first?.title})`];
  });
  throw new LimitError(
    `${what} is within the limit of ${writeCosts(limits)}: ${listed(least)}; raise the limit`,
  );
}

/** Whether a linear classifier is within the limits, as far as it was measured. */
export const isWithin = (
  { limits = {} }: StudyRequest,
  plan: Pick<ProbePlan, 'backbone' | 'parts'>,
  measured: Measured,
): boolean => overIn(limits, measured[networkOfProbe(plan).name] ?? {}).length === 0;

/** What limits leave out of a search, and what its sampler does not weigh, a sentence each. */
export async function limitNotes(session: Session, measured: Measured): Promise<string[]> {
  const { settings, space } = session;
  const { limits = {} } = settings;
  const { plans } = await session.probing();
  const within = plans.filter((plan) => isWithin(settings, plan, measured));
  const left = searchedSpace({ settings, space, measured })?.backbones ?? [];
  const out = space.backbones.filter(({ id }) => !left.some((one) => one.id === id));
  return [
    ...out.map(({ id }) => leftOut(id, measured[id] ?? {}, limits)),
    ...notFitted(plans.length - within.length, plans.length, limitsBefore(settings)),
    ...notWeighed(settings),
  ];
}

function leftOut(id: string, found: Costs, limits: Limits): string {
  const over = overIn(limits, found).map((name) => {
    const { label, units } = costs.get(name);
    const [amount, limit] = [found[name] ?? NaN, limits[name] ?? NaN].map((one) => writeAmount(units, one));
    return `its ${inSentence(label)} of ${amount} is over the limit of ${limit}`;
  });
  const why = over.length === 0 ? 'what it would end in is over a limit' : listed(over);
  return `The backbone ${id} is not trained, because ${why}.`;
}

const notFitted = (left: number, all: number, limits: Limits): string[] =>
  left === 0
    ? []
    : [
        `${left} of ${counted(all, 'linear classifier')} ${left === 1 ? 'is' : 'are'} not fitted, because of the limit of ${writeCosts(limits)}.`,
      ];

const listed = (items: readonly string[]): string => new Intl.ListFormat('en-GB').format(items);

function notWeighed({ also = [], sampler }: StudyRequest): string[] {
  if (also.length === 0 || samplers.get(sampler).weighsAll === true) return [];
  const all = samplers.entries().flatMap(([name, one]) => (one.weighsAll === true ? [name] : []));
  const named = also.map((name) => inSentence(costs.get(name).label));
  return [
    `The sampler ${sampler} looks at the metric alone; ${listed(named)} ${also.length === 1 ? 'is' : 'are'} weighed by ${all.join(' or ')}.`,
  ];
}
