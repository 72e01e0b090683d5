import { describe } from 'vitest';
import type { EngineMaker } from './fixtures.js';
import { bucketSuite } from './suites/buckets.js';
import { goldenSuite } from './suites/golden.js';
import { headInputSuite } from './suites/headInputs.js';
import { headsSuite } from './suites/heads.js';
import { inputSuite } from './suites/inputs.js';
import { lossSuite } from './suites/losses.js';
import { optimizerSuite } from './suites/optimizers.js';
import { trainerSuite } from './suites/trainer.js';

/** Tests of what every engine has to do; each runs all of them. */
export function testEngine(name: string, makeEngine: EngineMaker): void {
  describe(`the engine ${name}`, () => {
    inputSuite(makeEngine);
    lossSuite(makeEngine);
    optimizerSuite(makeEngine);
    trainerSuite(makeEngine);
    bucketSuite(makeEngine);
    goldenSuite(makeEngine);
    headsSuite(makeEngine);
    headInputSuite(makeEngine);
  });
}
