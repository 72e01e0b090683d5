import { families } from '@espalier/plugin-hf-families';
import type { Family } from '@espalier/plugin-hf-hub';
import { SdkError } from '../errors.js';

export { families };

/** Lists the families, to find the family that a checkpoint declares. */
export const allFamilies = (): Family[] => families.entries().map(([, family]) => family);

/** `text-bert` is its default checkpoint, `text-bert=hf:owner/name` or `text-bert=folder` another one. */
export interface FamilyReference {
  readonly family: Family;
  readonly checkpoint: string | undefined;
}

/** Finds the family that a reference names; null where it names none. */
export function parseFamily(reference: string): FamilyReference | null {
  const [id = '', ...rest] = reference.split('=');
  if (!families.has(id)) return null;
  const checkpoint = rest.length === 0 ? undefined : rest.join('=');
  if (checkpoint === '') {
    throw new SdkError(
      `'${reference}' names no checkpoint; give ${id}, ${id}=hf:owner/name or ${id}=<folder>`,
    );
  }
  return { family: families.get(id), checkpoint };
}
