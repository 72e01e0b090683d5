import type { Engine, Trainer, TrainerSpec } from '@espalier/engine';
import { headNames, trainableNames, type Tensor } from '@espalier/onnx';

export type WholeTrainerSpec = Pick<TrainerSpec, 'suffix' | 'buckets' | 'batch' | 'outputs' | 'optimizer'> &
  Partial<TrainerSpec>;

/** The first weights of a head that reads `width` numbers. */
export type HeadStart = (width: number) => { readonly weight: Tensor; readonly bias: Tensor };

/**
 * A trainer of the weights of a suffix, all in one group, that begins with the suffix's own weights.
 *
 * @param spec what is not said is left out: no clipping, no dropout
 * @param names of the weights that are trained; all of them by default
 */
export async function compileWholeTrainer(
  engine: Engine,
  spec: WholeTrainerSpec,
  headStart: HeadStart,
  names: readonly string[] = trainableNames(spec.suffix.graph),
): Promise<Trainer> {
  const trainer = await engine.compileTrainer({
    pooling: 'none',
    loss: 'crossEntropy',
    clip: false,
    dropout: false,
    groups: new Map(names.map((name) => [name, 0])),
    headGroup: 0,
    ...spec,
  });
  const { initializers } = spec.suffix.graph;
  const head = headStart(trainer.width);
  trainer.reset(
    new Map([
      ...names.map((name): [string, Tensor] => [name, initializers.get(name) as Tensor]),
      [headNames.weight, head.weight],
      [headNames.bias, head.bias],
    ]),
  );
  return trainer;
}
