import { searchedTrials, type Configuration, type Range, type SearchSpace } from '@espalier/study';
import { dimensions } from '../dimensions/index.js';
import { methodOf, methods } from '../methods/index.js';
import { samplers } from '../samplers/registry.js';
import { searchedSpace, suggestTrial, type Course, type NewTrial } from './course.js';
import { requestOf } from './request.js';

/** Most trials that train side by side. */
const MOST = 64;

/** What trials that train side by side have in common; null for one that trains for itself. */
function besideKey({ backbones }: SearchSpace, { backbone, values }: Configuration): string | null {
  const work = backbones.find(({ id }) => id === backbone)?.work;
  const method = methods.get(methodOf({ values }));
  if (work === undefined || method.isBeside?.(values, work) !== true) return null;
  const alike = Object.entries(values).filter(([name]) => dimensions.get(name).beside === 'alike');
  const apart = Object.entries(values).some(([name, value]) => {
    const { beside, absent } = dimensions.get(name);
    return beside === undefined && value !== absent;
  });
  return apart ? null : JSON.stringify([backbone, ...alike.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * Finds a trial that trains side by side with those that have just started, at little more cost than they have
 * alone: the one that comes next in any case, if it is such a trial. Nothing is known of the others then.
 *
 * @returns null where there is none, or something has become of one that started
 * @throws SearchError as {@link nextStep} does
 */
export async function nextBeside(course: Course): Promise<NewTrial | null> {
  const { space, trials, starting = false, searchEnded } = course;
  const running = searchedTrials(trials).filter(({ status }) => status === 'running');
  const [first] = running;
  if (!starting || searchEnded !== null || first === undefined || running.length >= MOST) return null;
  const key = besideKey(space, first.configuration);
  const isAlike = running.every(({ configuration }) => besideKey(space, configuration) === key);
  if (key === null || !isAlike) return null;
  const all = seesAll(course);
  const within = all ? narrowed(space, first.configuration) : space;
  const step = await suggestTrial({ ...course, space: within });
  if (step.kind === 'end-search' || besideKey(space, step.trial.configuration) !== key) return null;
  const chosen = all ? 'Every configuration is tried.' : (step.trial.why ?? '');
  return { ...step.trial, why: `${chosen} It trains side by side with trial ${first.number}.`.trim() };
}

/** Whether the search tries every configuration that is left, so that their order does not matter. */
function seesAll(course: Course): boolean {
  const { settings, trials } = course;
  const space = searchedSpace(course);
  if (space === null) return false;
  const left = samplers.get(settings.sampler).left?.(requestOf({ ...course, space }));
  const most = settings.budget.trials ?? Infinity;
  return left !== undefined && left <= most - searchedTrials(trials).length;
}

/** The part of a space that trains side by side with a configuration. */
function narrowed(space: SearchSpace, { backbone, values }: Configuration): SearchSpace {
  const alike = (ranges: Readonly<Record<string, Range>>): Record<string, Range> =>
    Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => {
        const value = values[name];
        const stays = value === undefined || dimensions.get(name).beside === 'any';
        return [name, stays ? range : { kind: 'choices', values: [value] }];
      }),
    );
  return {
    ...space,
    ranges: alike(space.ranges),
    backbones: space.backbones
      .filter(({ id }) => id === backbone)
      .map((own) => ({ ...own, ranges: alike(own.ranges) })),
  };
}
