import type { TrialRecord } from '@espalier/study';
import { expect, it } from 'vitest';
import type { Descended, Members } from '../methods/method.js';
import { greedySoup, soupsAmong } from './soup.js';

const trial = (
  number: number,
  values: TrialRecord['configuration']['values'],
  backbone = 'net',
): Descended => ({
  trial: {
    ...{ role: 'searched', number, configuration: { backbone, values } },
    ...{ status: 'complete', reason: 'all epochs', epochs: [] },
  },
  ancestors: [],
});
const numbers = (members: readonly Descended[]): number[] => members.map((member) => member.trial.number);

it('puts trials together that have trained the same weights, and leaves out those that stand alone', () => {
  const trials = [
    trial(0, { freezeDepth: 2 }),
    trial(1, { freezeDepth: 4 }),
    trial(2, { freezeDepth: 2, learningRate: 1e-3 }),
    trial(3, { freezeDepth: 2 }, 'other'),
    trial(4, { freezeDepth: 2, frozenTail: 1 }),
    trial(5, { freezeDepth: 4, mixup: 0.2 }),
    trial(6, { method: 'probe', featureDepth: 2 }),
    trial(7, { method: 'probe', featureDepth: 2 }),
  ];
  expect(soupsAmong(trials).map(numbers)).toEqual([
    [0, 2],
    [1, 5],
  ]);
});

it('takes in what makes the loss less, and is none where nothing does', async () => {
  const all = [0, 1, 2, 3].map((number) => trial(number, { freezeDepth: 2 })) as unknown as Members;
  const losses: Record<string, number> = { '0': 1, '0,1': 1.2, '0,2': 0.8, '0,2,3': 0.8 };
  const lossesOf = async (members: Members): Promise<Float64Array> => {
    const loss = losses[numbers(members).join()] ?? NaN;
    return Promise.resolve(Float64Array.of(loss, loss + 1));
  };
  expect(numbers((await greedySoup(all, lossesOf)) ?? [])).toEqual([0, 2]);
  expect(await greedySoup([all[0], all[1] as Descended], lossesOf)).toBeNull();
});
