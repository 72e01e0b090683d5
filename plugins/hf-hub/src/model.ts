import { BackboneError } from '@espalier/transfer';
import { formatReference, type HubReference } from './reference.js';
import type { Repository } from './repository.js';

/** Usual paths of exported networks in 32 or 16 bits, first choice first. */
const usualFiles = [
  'onnx/model.onnx',
  'model.onnx',
  'onnx/encoder_model.onnx',
  'encoder_model.onnx',
  'onnx/model_fp16.onnx',
  'model_fp16.onnx',
];

const quantised = /quant|int8|uint8|q4|bnb4|int4/i;

/**
 * The ONNX file of a repository to use.
 *
 * @param exportWith how to make one where there is none; the usual way if it is left out
 * @throws BackboneError where there is none, or only quantised ones, saying what to do
 */
export async function modelFile(
  repository: Repository,
  reference: HubReference,
  exportWith = usualExport(repository.name),
): Promise<string> {
  const { file } = reference;
  if (file !== null) {
    if (await repository.has(file)) return file;
    if (repository.paths === null) throw new BackboneError(notCached(repository, file));
    throw new BackboneError(`${repository.name} has no file ${file}; ${listed(repository)}`);
  }
  for (const path of usualFiles) if (await repository.has(path)) return path;
  const models = (repository.paths ?? []).filter((path) => path.endsWith('.onnx'));
  const whole = models.filter((path) => !quantised.test(path));
  const [only, ...others] = whole;
  if (only !== undefined && others.length === 0) return only;
  throw new BackboneError(why(repository, reference, { models, whole, exportWith }));
}

const listed = ({ paths }: Repository): string => {
  const models = (paths ?? []).filter((path) => path.endsWith('.onnx'));
  return models.length === 0 ? 'it has no .onnx file' : `its models are ${models.join(', ')}`;
};

const usualExport = (name: string): string =>
  `optimum-cli export onnx --model ${name} --task feature-extraction FOLDER, and give the folder as --backbone`;

const notCached = ({ name }: Repository, what: string): string =>
  `HF_HUB_OFFLINE is set and ${what} of ${name} is not cached; run once without HF_HUB_OFFLINE to fetch it`;

interface Candidates {
  readonly models: readonly string[];
  /** Those that are not quantised. */
  readonly whole: readonly string[];
  readonly exportWith: string;
}

function why(
  repository: Repository,
  reference: HubReference,
  { models, whole, exportWith }: Candidates,
): string {
  const { name, paths, commit } = repository;
  if (paths === null) return notCached(repository, 'a model');
  const how = `export it with: ${exportWith}`;
  if (whole.length > 1) {
    const choice =
      commit === null
        ? 'keep one of them in the folder'
        : `choose one with ${formatReference({ ...reference, file: whole[0] as string })}`;
    return `${name} has several models (${whole.slice(0, 4).join(', ')}); ${choice}`;
  }
  if (models.length > 0) {
    return `${name} has only quantised models (${models.slice(0, 3).join(', ')}), which cannot be trained; ${how}`;
  }
  const weights = paths.some((path) => /\.safetensors$/.test(path)) ? 'safetensors' : 'no ONNX';
  return weights === 'safetensors'
    ? `${name} has only safetensors weights and no ONNX file; ${how}`
    : `${name} has no ONNX file; ${how}`;
}

/** Files with the weights of a model too large for one, which have to lie beside it. */
export const dataFilesOf = (repository: Repository, model: string): string[] =>
  (repository.paths ?? []).filter(
    (path) => path !== model && path.startsWith(model) && /_data(_\d+)?$|\.data$/.test(path),
  );
