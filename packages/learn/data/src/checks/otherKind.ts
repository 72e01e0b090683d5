import { remedyOf, type FileKind } from '@espalier/base/files';
import type { Modality } from '@espalier/transfer';
import { modalityFacts } from '../modalities/allFacts.js';

/** Why a file of a known kind is no example of a modality, as a clause, with what to do about it. */
export function otherKind(kind: FileKind, modality: Modality): string {
  const known = remedyOf(kind);
  if (known !== null) return `it is ${kind.name} and not the file itself; ${known}`;
  const { group, remedy, words } = modalityFacts.get(modality);
  return kind.group === group
    ? `it is ${kind.name}, which is not read; ${remedy}`
    : `it is ${kind.name} and not ${words.article} ${words.noun}`;
}
