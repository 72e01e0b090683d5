import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { sha256Of, sha256OfFile, writeFileAtomic } from '@espalier/base/files';
import { OnnxError } from '@espalier/onnx';
import { HelperError, openHelper, type ProcessLimits } from '@espalier/base/processes';
import type { ReadyBackbone } from '@espalier/transfer';
import { z } from 'zod';
import type { TryingFunctions } from './protocol.js';

const count = z.coerce.number().int().min(1);
const settingsSchema = z.object({
  ESPALIER_TRACE_SECONDS: count.default(180),
  ESPALIER_TRACE_BYTES: count.default(8 * 2 ** 30),
});

/** What one run of a network may take: `ESPALIER_TRACE_SECONDS` and `ESPALIER_TRACE_BYTES`. @throws OnnxError */
export function tracingLimits(env: NodeJS.ProcessEnv = process.env): ProcessLimits {
  const parsed = settingsSchema.safeParse(env);
  if (parsed.success) {
    const { ESPALIER_TRACE_SECONDS: seconds, ESPALIER_TRACE_BYTES: memoryBytes } = parsed.data;
    return { seconds, memoryBytes };
  }
  const name = String(parsed.error.issues[0]?.path[0]);
  throw new OnnxError(
    `${name} is set to '${env[name]}', which is no whole number of 1 or more; correct it, or leave it out`,
  );
}

export interface TryOptions {
  /** Where it is remembered that a network has run, so that it is tried once a machine. */
  readonly cacheFolder: string;
  readonly limits?: ProcessLimits;
}

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

/**
 * Runs a stranger's network once in a process of its own, before it runs here: a graph can loop for ever,
 * or make tensors larger than the machine.
 *
 * @throws OnnxError where it takes more than it may or ends its process
 */
export async function tryNetwork(
  id: string,
  loaded: ReadyBackbone,
  { cacheFolder, limits = tracingLimits() }: TryOptions,
): Promise<void> {
  const hash = sha256Of(await sha256OfFile(loaded.modelPath), JSON.stringify(loaded.preprocessing));
  const verdict = join(cacheFolder, 'tried', hash);
  if (existsSync(verdict)) return;
  const helper = openHelper<TryingFunctions>({ what: 'the process that tries it', entry, limits });
  try {
    // What does not run is told where it is traced, by name.
    const failed = await helper.ask((functions) => functions.trace(id, loaded));
    // One that cannot be remembered is tried again.
    if (failed === null) await writeFileAtomic(verdict, '', { private: true }).catch(() => undefined);
  } catch (cause) {
    if (!(cause instanceof HelperError)) throw cause;
    const told =
      cause.kind === 'limit'
        ? `one run of the network on two examples ${cause.reason}; take another, or allow more by ESPALIER_TRACE_SECONDS and ESPALIER_TRACE_BYTES`
        : `one run of the network ended its process (it ${cause.reason}); take another`;
    throw new OnnxError(`backbone ${id}: ${told}`, { cause });
  } finally {
    helper.close();
  }
}
