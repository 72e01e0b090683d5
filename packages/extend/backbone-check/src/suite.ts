import { checks, subjectOf } from '@espalier/conformance';
import { findBackbone } from '@espalier/sdk';
import type { CheckRequest, CheckMessage } from './messages.js';

/** Name of the check that all others depend on. */
const LOADS = 'is found and loads';

/** Every check, in the order in which they are made. */
export const checkNames: readonly string[] = [LOADS, ...checks.map(({ name }) => name)];

/** Makes every check of a backbone, and tells of each as it ends. Nothing is thrown. */
export async function runChecks(
  { reference, folder }: CheckRequest,
  tell: (message: CheckMessage) => void,
): Promise<void> {
  const attempt = async <T>(name: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      const result = await work();
      tell({ kind: 'passed', name });
      return result;
    } catch (error) {
      tell({ kind: 'failed', name, reason: error instanceof Error ? error.message : String(error) });
      return null;
    }
  };
  const subject = await attempt(LOADS, async () =>
    subjectOf(await findBackbone(reference, { paths: 'absolute' }), folder),
  );
  if (subject !== null) for (const { name, run } of checks) await attempt(name, () => run(subject));
  tell({ kind: 'done' });
}
