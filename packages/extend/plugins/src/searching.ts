import {
  pruners,
  requireWithin,
  samplers,
  type Pruner,
  type PruneRequest,
  type Sampler,
  type Suggestion,
  type SuggestRequest,
} from '@espalier/search';
import { alsoFormer } from '@espalier/study';
import { PluginError } from './errors.js';
import type { PluginHost } from './host.js';
import { orInstead } from './instead.js';

/** Seconds in which a sampler or pruner has to answer; trials wait for it. */
const ANSWER_SECONDS = 10;

type Tell = (text: string) => void;

/** A request with the form of version 1 beside today's, for plugins of before. */
const forPlugin = ({ space, history, ...request }: SuggestRequest): SuggestRequest => ({
  ...request,
  space: alsoFormer(space),
  history: history.map((trial) => ({
    ...trial,
    configuration: { ...trial.configuration.values, ...trial.configuration },
  })),
});

/**
 * A sampler of a plugin. Where it throws, does not answer, or suggests what is not in the space, the
 * random sampler goes on in its place, which is told.
 */
export function pluginSampler(host: PluginHost, name: string, tell: Tell): Sampler {
  const { ask, replaced } = orInstead(
    async (request: SuggestRequest): Promise<Suggestion | null> => {
      const suggested = await host.ask(ANSWER_SECONDS, (thread) => thread.suggest(name, forPlugin(request)));
      return suggested === null ? null : requireWithin(suggested, request.space);
    },
    samplers.get('random').suggest,
    { tell, explain: explained(host, `the random sampler replaces ${name}`) },
  );
  return { name, suggest: ask, replaced };
}

/** A pruner of a plugin. Where it fails, trials run to their end, which is told. */
export function pluginPruner(host: PluginHost, name: string, tell: Tell): Pruner {
  const { ask, replaced } = orInstead(
    async (request: PruneRequest): Promise<boolean> => {
      const answer = await host.ask(ANSWER_SECONDS, (thread) => thread.shouldStop(name, request));
      if (typeof answer === 'boolean') return answer;
      throw new PluginError(host.plugin.name, `its pruner ${name} did not return true or false`);
    },
    pruners.get('none')().shouldStop,
    { tell, explain: explained(host, `without ${name} every trial runs to its end`) },
  );
  return { name, shouldStop: ask, replaced };
}

/** Describes a plugin's failure and its consequence. */
const explained =
  ({ plugin }: PluginHost, consequence: string) =>
  (error: Error): string => {
    const known = error instanceof PluginError ? error : new PluginError(plugin.name, error.message);
    return `${known.message}; ${consequence}`;
  };
