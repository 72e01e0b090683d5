import type { Modality } from '@espalier/transfer';
import { modalityFacts } from '../../modalities/allFacts.js';

/** Whether a file's name says that it holds one example of a modality. */
export const isMediaPath = (modality: Modality, path: string): boolean =>
  modalityFacts.get(modality).endings.has(endingOf(path));

/** The ending of a file's name with its dot, in small letters; empty where it has none, as `.hidden`. */
export function endingOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}
