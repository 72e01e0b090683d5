import { extname } from 'node:path';
import { HelperError, openHelper, withoutSecrets, type ProcessLimits } from '@espalier/base/processes';
import { tracingLimits } from '@espalier/runner';
import { defaultCacheFolder, type BackboneFacts } from '@espalier/sdk';
import type { InspectFunctions } from './protocol.js';

export interface InspectInChildOptions {
  readonly signal?: AbortSignal;
  /** Of the process; by default three runs of a network, `ESPALIER_TRACE_SECONDS` and `ESPALIER_TRACE_BYTES`. */
  readonly limits?: ProcessLimits;
}

/** A backbone that cannot be used; the message is a sentence for people. */
export class InspectError extends Error {
  override readonly name = 'InspectError';
}

/** Its network runs once to be tried, and twice to be traced at two lengths. */
const RUNS = 3;

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

/**
 * Inspects a backbone, as `inspectBackbone` does, in a process of its own without the keys of the store and the
 * blobs. The process is killed where it takes too much or the signal says so.
 *
 * @param reference `hf:owner/name`, `family=checkpoint` or an absolute path
 * @throws InspectError that says why it cannot be used; the signal's reason
 */
export async function inspectBackboneInChild(
  reference: string,
  { signal, limits = usualLimits() }: InspectInChildOptions = {},
): Promise<BackboneFacts> {
  const helper = openHelper<InspectFunctions>({
    ...{ what: 'the process that inspects it', entry, limits },
    // It may fetch from the hub with HF_TOKEN, as studies do.
    environmentOf: withoutSecrets,
  });
  try {
    const result = await helper.ask(
      ({ inspect }) => inspect(reference, defaultCacheFolder()),
      signal && { signal },
    );
    if (result.kind === 'facts') return result.facts;
    throw new InspectError(result.reason);
  } catch (cause) {
    if (!(cause instanceof HelperError)) throw cause;
    throw new InspectError(
      `inspecting the backbone ${cause.reason}; take another one, or allow more by ESPALIER_TRACE_SECONDS and ESPALIER_TRACE_BYTES`,
      { cause },
    );
  } finally {
    helper.close();
  }
}

function usualLimits(): ProcessLimits {
  const { seconds, memoryBytes } = tracingLimits();
  return { seconds: RUNS * seconds, memoryBytes };
}
