import fc from 'fast-check';
import type { StudyEvent } from '../course/events.js';
import type { EpochRecord } from '../trials/trial.js';

type Body<E extends StudyEvent = StudyEvent> = E extends StudyEvent ? Omit<E, 'elapsed'> : never;

const score = fc.integer({ min: 0, max: 4 }).map((fifths) => fifths / 5);
const record = (epoch: number): fc.Arbitrary<EpochRecord> =>
  fc.record(
    {
      epoch: fc.constant(epoch),
      trainLoss: score,
      validationLoss: score,
      metrics: fc.record({ accuracy: score }, { noNullPrototype: true }),
      learningRate: fc.constant(0.01),
      seconds: fc.constant(1),
    },
    { noNullPrototype: true },
  );

/** Epochs of a trial, of which a crash may have some trained again. */
const epochsOf = (number: number): fc.Arbitrary<Body[]> =>
  fc.array(fc.nat(3), { maxLength: 5 }).chain((back) => {
    const order: number[] = [];
    for (const epochs of back) order.push(Math.max(1, (order.at(-1) ?? 0) + 1 - epochs));
    return fc
      .tuple(...order.map(record))
      .map((records) =>
        records.map((one): Body => ({ type: 'epoch', role: 'searched', number, record: one })),
      );
  });

const trial = (number: number): fc.Arbitrary<Body[]> =>
  fc
    .tuple(epochsOf(number), fc.constantFrom('complete', 'pruned', 'failed', null))
    .map(([epochs, status]) => [
      {
        type: 'trial-started',
        role: 'searched',
        number,
        configuration: { backbone: 'tiny', values: { freezeDepth: number % 3, learningRate: 0.01 } },
      },
      ...epochs,
      ...(status === null
        ? []
        : [{ type: 'trial-ended', role: 'searched', number, status, reason: `it is ${status}` } as const]),
    ]);

const baseline: fc.Arbitrary<Body[]> = fc.tuple(record(1), record(2)).map(([first, second]) => {
  const key = { role: 'baseline', number: 0 } as const;
  const values = { freezeDepth: 0, learningRate: 0.001 };
  return [
    { type: 'trial-started', ...key, configuration: { backbone: 'tiny', values } },
    { type: 'epoch', ...key, record: first },
    { type: 'epoch', ...key, record: second },
    { type: 'trial-ended', ...key, status: 'complete', reason: 'all epochs' },
  ];
});

/** Events of the fits before any trial, in the current form and in that of earlier versions. */
const probes: Body[] = [
  {
    type: 'probed',
    record: {
      ...{ number: 0, role: 'probe', backbone: 'tiny', title: 'depth 1', width: 8, penalty: 1 },
      parts: [{ source: 'tiny', block: '1', weight: 1 }],
      ...{ value: 0.5, low: 0.4, high: 0.6, loss: 1, examples: 30, basis: 'folds', seconds: 1 },
    },
  },
  {
    type: 'probed',
    record: {
      ...{ backbone: 'tiny', freezeDepth: 1, width: 8 },
      results: { ridge: { accuracy: 0.5, penalty: 1 }, logistic: { accuracy: 0.6, penalty: 1 } },
    },
  },
];

/** Events of a study behind its header, in an order in which they may come. */
export const journalEvents: fc.Arbitrary<StudyEvent[]> = fc
  .nat(4)
  .chain((count) =>
    fc.tuple(
      fc.tuple(...Array.from({ length: count }, (_, number) => trial(number))),
      fc.constantFrom<Body[]>([], [{ type: 'paused' }]),
      fc.option(baseline, { nil: [] }),
      fc.boolean(),
      fc.subarray(probes),
    ),
  )
  .map(([trials, paused, random, ended, probed]) => [
    { type: 'measured', network: 'tiny', costs: { latency: 1.5, size: 4000 } } as const,
    ...probed,
    ...trials.flat(),
    ...paused,
    ...(ended ? [{ type: 'search-ended', reason: 'the budget is spent' } as const, ...random] : []),
    ...(ended ? [{ type: 'finished', finishedAt: '2026-01-02T00:00:00.000Z' } as const] : []),
  ])
  .map((bodies) => bodies.map((body, i) => ({ ...body, elapsed: i + 1 }) as StudyEvent));
