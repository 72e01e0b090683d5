import { hubEnvironment, type HubEnvironment } from './environment.js';
import { repositoryCache } from './cache.js';
import { dataFilesOf, modelFile } from './model.js';
import { parseReference } from './reference.js';
import { openRepository, standingOf, type Standing } from './repository.js';

const NOTHING: Standing = { there: false, bytes: null };

/**
 * Whether a model of the hub is on this machine, without asking the hub. A model's other weights are fetched
 * before it, so they are there where it is.
 *
 * @param text `hf:owner/name@revision#file`; of one that names no file nothing is known
 */
export async function cachedModel(
  text: string,
  environment: HubEnvironment = hubEnvironment(),
): Promise<Standing> {
  const { repository, revision, file } = parseReference(text);
  const cache = repositoryCache(environment.cache, repository);
  const commit = await cache.commitOf(revision);
  return commit === null || file === null ? NOTHING : standingOf(cache.snapshot(commit, file));
}

/**
 * Bytes of a model that the hub would send: its network with the weights beside it.
 *
 * @throws BackboneError with a sentence that says what to do
 */
export async function modelStanding(
  text: string,
  environment: HubEnvironment = hubEnvironment(),
): Promise<Standing> {
  const reference = parseReference(text);
  const repository = await openRepository(reference, environment);
  const model = await modelFile(repository, reference);
  const files = await Promise.all(
    [model, ...dataFilesOf(repository, model)].map((path) => repository.standing(path)),
  );
  const sizes = files.map(({ bytes }) => bytes);
  return {
    there: files.every(({ there }) => there),
    bytes: sizes.every((size) => size !== null) ? sizes.reduce((sum, size) => sum + size, 0) : null,
  };
}
