import { readFile } from 'node:fs/promises';
import { licenceFromSpdx, type Licence } from '@espalier/transfer';
import type { Repository } from './repository.js';

/** The hub's licence names whose SPDX identifiers differ by more than case. */
const spdxNames: Readonly<Record<string, string>> = {
  'apache-2.0': 'Apache-2.0',
  mit: 'MIT',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  isc: 'ISC',
  'cc0-1.0': 'CC0-1.0',
  'cc-by-4.0': 'CC-BY-4.0',
  'cc-by-sa-4.0': 'CC-BY-SA-4.0',
  'cc-by-nc-4.0': 'CC-BY-NC-4.0',
  'cc-by-nc-sa-4.0': 'CC-BY-NC-SA-4.0',
  'cc-by-nc-nd-4.0': 'CC-BY-NC-ND-4.0',
};

export interface CardLicence {
  readonly licence: Licence;
  readonly note?: string;
}

/** The licence that the front matter of a repository's model card states; `unknown` where it states none. */
export async function licenceOf(repository: Repository): Promise<CardLicence> {
  const unknown = (note: string): CardLicence => ({ licence: licenceFromSpdx('unknown'), note });
  if (!(await repository.has('README.md')))
    return unknown(
      'it has no model card (README.md with `license: ...` between two lines of ---), so its licence is unknown',
    );
  const card = await readFile(await repository.fetch('README.md'), 'utf8');
  const stated = licenceIn(card);
  if (stated === null) return unknown('its model card states no licence');
  const known = spdxNames[stated.toLowerCase()];
  if (known !== undefined) return { licence: licenceFromSpdx(known) };
  return {
    licence: licenceFromSpdx(stated),
    note: `it is unknown whether its licence, ${stated}, allows commercial use; read its model card`,
  };
}

/** `license:` of the YAML front matter; for `other`, the name beside it. */
export function licenceIn(card: string): string | null {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1];
  if (front === undefined) return null;
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}:[ \\t]*(?:\\r?\\n[ \\t]*-[ \\t]*)?["']?([\\w.+-]+)`, 'm').exec(front)?.[1];
  const licence = value('license');
  if (licence === undefined) return null;
  return licence === 'other' ? (value('license_name') ?? 'other') : licence;
}
