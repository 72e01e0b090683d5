import { remedyOf, type FileGroup, type FileKind } from '@espalier/files';
import type { Modality } from '@espalier/transfer';
import { nouns } from './dataset.js';

const remedies: Readonly<Record<Modality, { readonly group: FileGroup | null; readonly remedy: string }>> = {
  image: { group: 'picture', remedy: 'save it as JPEG or PNG' },
  audio: { group: 'sound', remedy: 'convert it to WAV or FLAC' },
  text: { group: null, remedy: 'save it as UTF-8 text' },
};

/** Why a file of a known kind is no example of a modality, as a clause, with what to do about it. */
export function otherKind(kind: FileKind, modality: Modality): string {
  const remedy = remedyOf(kind);
  if (remedy !== null) return `it is ${kind.name} and not the file itself; ${remedy}`;
  const own = remedies[modality];
  return kind.group === own.group
    ? `it is ${kind.name}, which is not read; ${own.remedy}`
    : `it is ${kind.name} and not ${modality === 'image' ? 'an' : 'a'} ${nouns[modality]}`;
}
