import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backbone } from '@espalier/transfer';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { checks, type Check } from './checks.js';
import { subjectOf, type Subject } from './subject.js';

/**
 * The whole suite in one line of a plugin's test: `testBackbone('resnet', () => resnet18)`.
 *
 * @param more checks of this backbone alone
 */
export function testBackbone(
  name: string,
  make: () => Backbone | Promise<Backbone>,
  more: readonly Check[] = [],
): void {
  describe(`conformance of ${name}`, () => {
    let subject: Subject;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'espalier-conformance-'));
      subject = await subjectOf(await make(), folder);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    it.each([...checks, ...more])('$name', ({ run }) => run(subject));
  });
}
