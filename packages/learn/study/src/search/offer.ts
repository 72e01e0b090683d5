import { z } from 'zod';
import { faultOfRanges, type Domain, type Fault } from './domain.js';
import { unitsSchema } from '../trials/costs.js';
import { rangeSchema } from './range.js';
import type { StudyRequest } from '../course/request.js';

const names = z.array(z.string()).min(1);

/** A dimension as people are shown it. */
export const offeredDimensionSchema = z.strictObject({
  name: z.string(),
  /** For tables and forms: "Learning rate". */
  label: z.string(),
  /** Without a full stop. */
  help: z.string(),
  /** The option of the command line, without its dashes. */
  flag: z.string(),
  domain: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('number'),
      low: z.number(),
      high: z.number(),
      above: z.literal(true).optional(),
      below: z.literal(true).optional(),
      whole: z.literal(true).optional(),
    }),
    z.strictObject({ kind: z.literal('name'), names: z.tuple([z.string()], z.string()) }),
  ]),
  /** Scale of a typed range. */
  scale: z.enum(['linear', 'logarithmic']),
  /** Default range, in words. */
  usually: z.string(),
  /** The same, where it does not depend on the backbone. */
  usual: rangeSchema.nullable(),
  /** Names that mean something, by modality; absent where they do not depend on it. */
  namesIn: z.record(z.string(), names).optional(),
  /** Values of other dimensions under which it has a meaning. */
  when: z.record(z.string(), z.array(z.union([z.string(), z.number()]))),
});
export type OfferedDimension = z.infer<typeof offeredDimensionSchema>;

/** Everything that a study can be asked for by name, those of plugins included. */
export const offerSchema = z.strictObject({
  dimensions: z.array(offeredDimensionSchema),
  tasks: names,
  /** Metrics by which the trials of a study can be compared. */
  objectives: z.array(z.strictObject({ name: z.string(), label: z.string() })).min(1),
  /** What an answer costs, which can be limited. */
  costs: z.array(
    z.strictObject({ name: z.string(), label: z.string(), help: z.string(), units: unitsSchema }),
  ),
  /** Layouts of datasets that are read. */
  layouts: names,
  samplers: names,
  pruners: names,
  schedules: names,
  optimizers: names,
  engines: z.array(z.strictObject({ name: z.string(), providers: names })),
  /** What samplers and pruners do, for lists; one that says nothing goes by its name. */
  titles: z.strictObject({
    samplers: z.record(z.string(), z.string()),
    pruners: z.record(z.string(), z.string()),
  }),
});
export type Offer = z.infer<typeof offerSchema>;

/** Says what keeps a dataset from being read in a layout; null where nothing does, or none is named. */
export const faultOfLayout = (
  layout: string | undefined,
  { layouts }: Pick<Offer, 'layouts'>,
): Fault | null =>
  layout === undefined || layouts.includes(layout)
    ? null
    : { path: ['layout'], reason: `there is no layout '${layout}'; there are ${layouts.join(', ')}` };

/** Says what keeps a request from being done: a name that nobody has, or a range out of its limits. */
export function faultOfRequest(
  request: Pick<
    StudyRequest,
    'limits' | 'also' | 'task' | 'objective' | 'sampler' | 'pruner' | 'training' | 'engine' | 'space'
  > & {
    readonly dataset?: Pick<StudyRequest['dataset'], 'layout'>;
  },
  offer: Offer,
): Fault | null {
  const { dataset, task, objective, sampler, pruner, training, engine, space } = request;
  const layout = faultOfLayout(dataset?.layout, offer);
  if (layout !== null) return { path: ['dataset', ...layout.path], reason: layout.reason };
  const named = [
    { path: ['task'], noun: 'task', name: task, known: offer.tasks },
    ...(objective === undefined
      ? []
      : [
          {
            path: ['objective'],
            noun: 'metric',
            name: objective,
            known: offer.objectives.map((one) => one.name),
          },
        ]),
    { path: ['sampler'], noun: 'sampler', name: sampler, known: offer.samplers },
    { path: ['pruner'], noun: 'pruner', name: pruner, known: offer.pruners },
    { path: ['training', 'schedule'], noun: 'schedule', name: training.schedule, known: offer.schedules },
    { path: ['training', 'optimizer'], noun: 'optimizer', name: training.optimizer, known: offer.optimizers },
    {
      path: ['engine', 'name'],
      noun: 'engine',
      name: engine.name,
      known: offer.engines.map(({ name }) => name),
    },
  ];
  for (const { path, noun, name, known } of named) {
    if (!known.includes(name)) {
      return { path, reason: `there is no ${noun} '${name}'; there are ${known.join(', ')}` };
    }
  }
  const wanted = [
    ...Object.keys(request.limits ?? {}).map((name) => ({ path: 'limits', name })),
    ...(request.also ?? []).map((name) => ({ path: 'also', name })),
  ];
  const known = offer.costs.map(({ name }) => name);
  const unknown = wanted.find(({ name }) => !known.includes(name));
  if (unknown !== undefined) {
    const reason = `there is no cost '${unknown.name}'; there are ${known.join(', ')}`;
    return { path: [unknown.path], reason };
  }
  const providers = offer.engines.find(({ name }) => name === engine.name)?.providers ?? [];
  if (!providers.includes(engine.provider)) {
    const reason = `${engine.name} has no provider '${engine.provider}'; there are ${providers.join(', ')}`;
    return { path: ['engine', 'provider'], reason };
  }
  const domains = new Map<string, Domain>(offer.dimensions.map(({ name, domain }) => [name, domain]));
  const fault = faultOfRanges(space, domains);
  return fault === null ? null : { path: ['space', ...fault.path], reason: fault.reason };
}
