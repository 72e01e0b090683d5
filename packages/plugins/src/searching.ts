import { createPruner, createSampler, requireWithin, type Pruner, type Sampler } from '@espalier/search';
import { PluginError } from './errors.js';
import type { PluginHost } from './host.js';

/** Seconds in which a sampler or pruner has to answer; trials wait for it. */
const ANSWER_SECONDS = 10;

type Tell = (text: string) => void;

/**
 * A sampler of a plugin. Where it throws, does not answer, or suggests what is not in the space, the
 * random sampler goes on in its place, which is told.
 */
export function pluginSampler(host: PluginHost, name: string, tell: Tell): Sampler {
  const random = createSampler('random');
  return {
    name,
    suggest: orInstead(
      `the random sampler goes on in place of ${name}`,
      host,
      tell,
      async (request) => {
        const suggested = await host.ask(ANSWER_SECONDS, (thread) => thread.suggest(name, request));
        return suggested === null ? null : requireWithin(suggested, request.space);
      },
      random.suggest,
    ),
  };
}

/** A pruner of a plugin. Where it fails, trials run to their end, which is told. */
export function pluginPruner(host: PluginHost, name: string, tell: Tell): Pruner {
  const none = createPruner({ kind: 'none' });
  return {
    name,
    shouldStop: orInstead(
      `without ${name} every trial runs to its end`,
      host,
      tell,
      async (request) => {
        const answer = await host.ask(ANSWER_SECONDS, (thread) => thread.shouldStop(name, request));
        if (typeof answer === 'boolean') return answer;
        throw new PluginError(host.plugin.name, `its pruner ${name} said neither true nor false`);
      },
      none.shouldStop,
    ),
  };
}

/** Asks until that fails once, then does it the other way. */
function orInstead<Q, A>(
  consequence: string,
  host: PluginHost,
  tell: Tell,
  ask: (question: Q) => Promise<A>,
  instead: (question: Q) => A,
): (question: Q) => Promise<A> {
  let failed = false;
  return async (question) => {
    if (failed) return instead(question);
    try {
      return await ask(question);
    } catch (error) {
      failed = true;
      const known =
        error instanceof PluginError ? error : new PluginError(host.plugin.name, (error as Error).message);
      tell(`${known.message}; ${consequence}`);
      return instead(question);
    }
  };
}
