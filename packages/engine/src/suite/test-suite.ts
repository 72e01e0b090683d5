import { describe } from 'vitest';
import { bucketSuite } from './test-buckets.js';
import { goldenSuite } from './test-golden.js';
import { inputSuite } from './test-inputs.js';
import { lossSuite } from './test-losses.js';
import { optimizerSuite } from './test-optimizers.js';
import { trainerSuite } from './test-trainer.js';
import type { EngineMaker } from './test-trainers.js';

/** What every engine has to do; each runs all of it. */
export function testEngine(name: string, makeEngine: EngineMaker): void {
  describe(`the engine ${name}`, () => {
    inputSuite(makeEngine);
    lossSuite(makeEngine);
    optimizerSuite(makeEngine);
    trainerSuite(makeEngine);
    bucketSuite(makeEngine);
    goldenSuite(makeEngine);
  });
}
