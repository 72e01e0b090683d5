import { readFile } from 'node:fs/promises';
import { sha256Of } from '@espalier/base/files';
import {
  BackboneError,
  tokenizerFiles,
  type GraphInput,
  type Pooling,
  type TextPreprocessing,
} from '@espalier/transfer';
import { readConfig, tokenizerConfigSchema, type ModelConfig } from './config.js';
import type { Repository } from './repository.js';

/** Longer texts cost more than they add to most classifiers. */
const MOST_TOKENS = 512;

/** Families whose position embeddings start behind the padding id (Liu et al., 2019, fairseq's way). */
const offsetPositions = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'longformer']);

/** Networks that read from left to right know the text at its last token; the others are averaged. */
const lastToken = new Set([
  ...['gpt2', 'gpt_neo', 'gpt_neox', 'gptj', 'opt', 'llama', 'qwen2', 'mistral'],
  'xlnet',
]);

export const textPooling = ({ model_type }: ModelConfig): Pooling =>
  lastToken.has(model_type ?? '') ? 'last' : 'mean';

/** Fetches the tokenizer; gives the paths of its files by name. */
export async function fetchTokenizer(repository: Repository): Promise<Record<string, string>> {
  for (const name of tokenizerFiles) {
    if (await repository.has(name)) continue;
    throw new BackboneError(
      `${repository.name} has no ${name}, so texts cannot be tokenized; save its tokenizer again with ` +
        "transformers (AutoTokenizer.from_pretrained(...).save_pretrained(...)) and add the file to the model's folder",
    );
  }
  const entries = await Promise.all(
    tokenizerFiles.map(async (name): Promise<[string, string]> => [name, await repository.fetch(name)]),
  );
  return Object.fromEntries(entries);
}

export async function textPreprocessing(
  repository: Repository,
  config: ModelConfig,
  assets: Readonly<Record<string, string>>,
  inputs: readonly GraphInput[],
): Promise<TextPreprocessing> {
  const contents = await Promise.all(tokenizerFiles.map((name) => readFile(assets[name] as string)));
  const tokenizer = await readConfig(repository, 'tokenizer_config.json', tokenizerConfigSchema);
  return {
    kind: 'text',
    tokenizer: sha256Of(...contents),
    maxLength: longest(config, tokenizer?.model_max_length ?? null, inputs),
    padId: config.pad_token_id ?? 0,
    inputs: inputNames(repository.name, inputs),
    prefix: '',
  };
}

function longest(config: ModelConfig, tokenizer: number | null, inputs: readonly GraphInput[]): number {
  const fixed = inputs.find(({ name }) => name === 'input_ids')?.shape[1];
  if (typeof fixed === 'number') return fixed;
  const offset = offsetPositions.has(config.model_type ?? '') ? 2 : 0;
  const positions = config.max_position_embeddings ?? config.n_positions ?? 0;
  const limits = [MOST_TOKENS, tokenizer ?? Infinity, positions > offset ? positions - offset : Infinity];
  return Math.max(4, Math.min(...limits));
}

/** Names of the graph's inputs that a text gives; others belong to a decoder. */
function inputNames(repository: string, inputs: readonly GraphInput[]): TextPreprocessing['inputs'] {
  const names = inputs.map(({ name }) => name);
  const optional = (name: string): string | null => (names.includes(name) ? name : null);
  const known = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
  const foreign = names.filter((name) => !known.includes(name));
  if (!names.includes('input_ids') || foreign.length > 0) {
    throw new BackboneError(
      `the model of ${repository} reads ${names.join(', ')}, but a text provides only ${known.join(', ')}; ` +
        'choose a file without past key values (hf:OWNER/NAME#onnx/decoder_model.onnx) or an encoder (hf:OWNER/NAME#onnx/encoder_model.onnx), ' +
        'or export one with --task feature-extraction',
    );
  }
  return {
    ids: 'input_ids',
    mask: optional('attention_mask'),
    types: optional('token_type_ids'),
    positions: optional('position_ids'),
  };
}
