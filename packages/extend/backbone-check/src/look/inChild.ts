import { extname } from 'node:path';
import { HelperError, openHelper, withoutSecrets, type ProcessLimits } from '@espalier/base/processes';
import { tracingLimits } from '@espalier/runner';
import { defaultCacheFolder, type BackboneFacts } from '@espalier/sdk';
import type { LookFunctions } from './protocol.js';

export interface LookInChildOptions {
  readonly signal?: AbortSignal;
  /** Of the process; by default three runs of a network, `ESPALIER_TRACE_SECONDS` and `ESPALIER_TRACE_BYTES`. */
  readonly limits?: ProcessLimits;
}

/** A backbone that cannot be used; the message is a sentence for people. */
export class LookError extends Error {
  override readonly name = 'LookError';
}

/** Its network runs once to be tried, and twice to be traced at two lengths. */
const RUNS = 3;

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

/**
 * The same as `lookAtBackbone` in a process of its own, without the keys of the store and the blobs, that is
 * killed where it takes too much or the signal says so.
 *
 * @param reference `hf:owner/name`, `family=checkpoint` or an absolute path
 * @throws LookError that says why it cannot be used; the signal's reason
 */
export async function lookInChild(
  reference: string,
  { signal, limits = usualLimits() }: LookInChildOptions = {},
): Promise<BackboneFacts> {
  const helper = openHelper<LookFunctions>({
    ...{ what: 'the process that looks at it', entry, limits },
    // It may fetch from the hub with HF_TOKEN, as studies do.
    environmentOf: withoutSecrets,
  });
  try {
    const looked = await helper.ask(
      ({ look }) => look(reference, defaultCacheFolder()),
      signal && { signal },
    );
    if (looked.kind === 'facts') return looked.facts;
    throw new LookError(looked.reason);
  } catch (cause) {
    if (!(cause instanceof HelperError)) throw cause;
    throw new LookError(
      `looking at the backbone ${cause.reason}; take another one, or allow more by ESPALIER_TRACE_SECONDS and ESPALIER_TRACE_BYTES`,
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
