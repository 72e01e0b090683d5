import { readers } from '@espalier/data';
import { engineNames, optimizers, providers } from '@espalier/engine';
import { offeredCosts, offeredDimensions, pruners, samplers, schedules } from '@espalier/search';
import { faultOfRequest, type Offer, type StudyRequest } from '@espalier/study';
import { metrics } from '@espalier/metrics';
import { tasks } from '@espalier/tasks';
import { StudyError } from '../errors.js';

/** Everything that a study can be asked for by name in this process, with what plugins brought so far. */
export const currentOffer = (): Offer => ({
  dimensions: offeredDimensions(),
  tasks: [...tasks.known()],
  objectives: metrics.entries().map(([name, { label }]) => ({ name, label })),
  costs: offeredCosts(),
  layouts: [...readers.known()],
  samplers: [...samplers.known()],
  pruners: [...pruners.known()],
  schedules: [...schedules.known()],
  optimizers: [...optimizers.known()],
  engines: engineNames.map((name) => ({ name, providers: name === 'onnx' ? [...providers] : ['cpu'] })),
  titles: {
    samplers: titlesOf(samplers.known(), (name) => samplers.get(name)),
    pruners: titlesOf(pruners.known(), (name) => pruners.get(name)({ epochs: 1 })),
  },
});

const titlesOf = (
  names: readonly string[],
  get: (name: string) => { readonly title?: string },
): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const { title } = get(name);
      return title === undefined ? [] : [[name, title]];
    }),
  );

/** @throws StudyError where something is asked that there is not, before any work is done */
export function requireOffered(settings: StudyRequest): void {
  const fault = faultOfRequest(settings, currentOffer());
  if (fault !== null)
    throw new StudyError(`${fault.path.map(String).join('.')} cannot be used: ${fault.reason}`);
}
