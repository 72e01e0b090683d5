import type { Engine } from '@espalier/engine';
import type { ScannedExample } from '@espalier/data';
import { plainLook } from '../caching/look.js';
import { encodeAll, onlyInputs } from '../backbone/inputs.js';
import type { PreparedBackbone } from '../backbone/backbone.js';

/** Examples that are run before the clock starts, and those that are measured. */
const [WARMING, MEASURED] = [2, 8];

/**
 * Measures how many seconds the frozen network takes on this machine for an example, its decoding included: the mean
 * of a few, of the longest bucket among them.
 */
export async function forwardSeconds(
  engine: Engine,
  { model, encoder }: Pick<PreparedBackbone, 'model' | 'encoder'>,
  examples: readonly ScannedExample[],
): Promise<number> {
  const looked = examples.slice(0, WARMING + MEASURED).map((example) => plainLook(encoder.modality, example));
  const bucket = Math.max(...looked.map(({ example }) => encoder.bucketOf(example)));
  const forward = await engine.compileForward(model);
  const run = async (some: typeof looked): Promise<void> => {
    await forward.run(onlyInputs(model, await encodeAll(encoder, some, bucket)));
  };
  try {
    await run(looked.slice(0, WARMING));
    const began = performance.now();
    await run(looked.slice(-MEASURED));
    return (performance.now() - began) / 1000 / Math.min(MEASURED, looked.length);
  } finally {
    await forward.dispose();
  }
}
