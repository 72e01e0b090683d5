import { isInside } from './answers.js';
import { BackboneError } from '@espalier/transfer';

/** Parts of `hf:owner/name@revision#file`. */
export interface HubReference {
  readonly repository: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  /** The ONNX file in the repository, where it is not left to be found. */
  readonly file: string | null;
}

const PATTERN = /^hf:([\w.-]+(?:\/[\w.-]+)?)(?:@([^#\s]+))?(?:#(.+))?$/;

export const isHubReference = (text: string): boolean => text.startsWith('hf:');

/** @throws BackboneError where the text is no reference */
export function parseReference(text: string): HubReference {
  const match = PATTERN.exec(text);
  const [, repository = '', revision = 'main', file = null] = match ?? [];
  const paths = [repository, revision, ...(file === null ? [] : [file])];
  if (match === null || !paths.every(isInside)) {
    throw new BackboneError(
      `'${text}' does not name a model of the Hugging Face hub; write hf:owner/name, hf:owner/name@revision or hf:owner/name#file.onnx`,
    );
  }
  return { repository, revision, file };
}

export const formatReference = ({ repository, revision, file }: HubReference): string =>
  `hf:${repository}@${revision}${file === null ? '' : `#${file}`}`;
