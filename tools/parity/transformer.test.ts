import { describe, expect, it } from 'vitest';
import { errorsAt, readExported, readTransformerGolden } from './transformer.js';

/** Ways to export each family (see transformer.py), and the stages found: mostly embeddings and three blocks. */
const cases: readonly (readonly [family: string, variant: string, stages: number])[] = [
  ['bert', 'legacy', 4],
  ['bert', 'dynamo', 4],
  ['bert', 'fused', 4],
  ['roberta', 'legacy', 4],
  ['distilbert', 'legacy', 4],
  ['gpt2', 'optimum', 4],
  ['gpt2', 'dynamo', 4],
  ['gpt2', 'fused', 4],
  ['t5', 'legacy', 4],
  ['t5', 'dynamo', 4],
  ['t5-gated', 'legacy', 4],
  ['xlnet', 'legacy', 3],
  // Its normalisations are many operators, behind which the time is first.
  ['xlnet', 'old', 1],
  ['vit', 'legacy', 4],
  ['vit', 'dynamo', 4],
  // Three convolutions, of which the last goes with the projection, and the convolution of positions.
  ['wav2vec2', 'legacy', 7],
  ['wav2vec2', 'dynamo', 7],
  ['hubert', 'legacy', 7],
  ['hubert', 'dynamo', 7],
];

describe('gradients of whole transformers against PyTorch in double precision', () => {
  it.each(cases)('%s, %s', async (family, variant, stages) => {
    const golden = await readTransformerGolden(family);
    const net = await readExported(`${family}-${variant}`, golden);
    expect(net.stages.length).toBe(stages);
    for (const depth of new Set([0, Math.floor(stages / 2), stages - 1])) {
      const { loss, gradients } = await errorsAt(net, golden, depth);
      expect(loss).toBeLessThan(1e-5);
      expect([...gradients].filter(([, error]) => !(error < 1e-3))).toEqual([]);
      if (depth === 0) expect([...gradients.keys()].sort()).toEqual(Object.keys(golden.gradients).sort());
    }
  });
});
