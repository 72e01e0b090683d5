import type { PreparedBackbone } from '../backbone/backbone.js';
import type { Judging } from '../probes/judging.js';
import type { OpenProbing } from '../probes/open.js';
import { startOf, type Start } from './start.js';

/** Where the trials of a study begin. */
export interface Starts {
  /** The head that is fitted to the training split: every trial of a backbone begins with the same. */
  ofTrial(backbone: string): Promise<Start>;
  /** One that is fitted to the labelled examples of some rows alone. */
  on(backbone: string, counts: (row: number) => boolean): Promise<Start>;
  /** One that is fitted to every example, the test split's too. */
  onEverything(backbone: string): Promise<Start>;
}

export interface StartsContext {
  readonly judging: Judging;
  readonly trained: number;
  readonly prepared: (backbone: string) => PreparedBackbone;
  readonly probing: () => Promise<OpenProbing>;
  readonly probingEverything: () => Promise<OpenProbing>;
}

export function createStarts(context: StartsContext): Starts {
  const { judging, trained, prepared, probing, probingEverything } = context;
  const penaltyOf = rememberedPenalties(context);
  const known = new Map<string, Promise<Start>>();
  const on = async (backbone: string, counts: (row: number) => boolean): Promise<Start> => {
    const open = await probing();
    const { labels } = judging;
    const weights = Float64Array.from(labels.labels, (_, row) =>
      counts(row) ? (labels.weights?.[row] ?? 1) : 0,
    );
    const penalty = await penaltyOf(backbone);
    return startOf(open, prepared(backbone), { plan: planOf(open, backbone), penalty, weights });
  };
  return {
    on,
    ofTrial: (backbone) => {
      const start = known.get(backbone) ?? on(backbone, (row) => row < trained);
      known.set(backbone, start);
      return start;
    },
    onEverything: async (backbone) => {
      const open = await probingEverything();
      const plan = planOf(open, backbone);
      await prepare(open, plan);
      return startOf(open, prepared(backbone), { plan, penalty: await penaltyOf(backbone) });
    },
  };
}

/** The penalty that folds choose for a backbone's last features. */
function rememberedPenalties({ probing }: StartsContext): (backbone: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  const choose = async (backbone: string): Promise<number> => {
    const open = await probing();
    const plan = planOf(open, backbone);
    await prepare(open, plan);
    return (await open.probe(plan)).record.penalty;
  };
  return (backbone) => {
    const penalty = known.get(backbone) ?? choose(backbone);
    known.set(backbone, penalty);
    return penalty;
  };
}

/** The first probe of a backbone is of its last features. */
const planOf = ({ plans }: OpenProbing, backbone: string): number =>
  plans.findIndex((plan) => plan.backbone === backbone);

async function prepare(probing: OpenProbing, number: number): Promise<void> {
  const plan = probing.plans[number];
  if (plan !== undefined) await probing.prepare(plan, () => undefined);
}
