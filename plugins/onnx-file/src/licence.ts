import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { licenceFromSpdx, type Licence } from '@espalier/transfer';
import type { Description } from './description.js';

interface Family {
  /** Words of the licence, in a text whose white space is single blanks. */
  readonly pattern: RegExp;
  readonly spdx: (match: RegExpExecArray, text: string) => string;
}

const OTHER = 'unknown';

const families: readonly Family[] = [
  { pattern: /Apache License,? Version 2\.0/gi, spdx: () => 'Apache-2.0' },
  {
    pattern: /Permission is hereby granted, free of charge, to any person obtaining a copy/gi,
    spdx: () => 'MIT',
  },
  {
    pattern: /Redistribution and use in source and binary forms/gi,
    spdx: (_, text) => (/Neither the name/i.test(text) ? 'BSD-3-Clause' : 'BSD-2-Clause'),
  },
  { pattern: /Attribution((?:-(?:NonCommercial|ShareAlike|NoDerivatives))*) 4\.0/gi, spdx: creativeCommons },
  { pattern: /\bCC[ -]BY((?:-(?:NC|SA|ND))*)[ -]4\.0/gi, spdx: creativeCommons },
  {
    pattern: /GNU (?:Affero |Lesser |Library )?General Public License|Mozilla Public License|\bOpen ?RAIL/gi,
    spdx: () => OTHER,
  },
];

const shortNames: readonly (readonly [RegExp, string])[] = [
  [/NonCommercial/i, 'NC'],
  [/ShareAlike/i, 'SA'],
  [/NoDerivatives/i, 'ND'],
];

function creativeCommons([, terms = '']: readonly string[]): string {
  const short = shortNames.reduce((text, [long, name]) => text.replace(long, name), terms);
  return `CC-BY${short.toUpperCase()}-4.0`;
}

/** Words that take back what a permissive licence allows. */
const restrictions = new RegExp(
  [
    'non[-\u2010-\u2013\\s]*commercial',
    'commons clause',
    '\\b(?:research|academic|educational|evaluation)\\b[\\w ,/-]{0,30}\\bonly\\b',
    '\\b(?:no|not|without|prohibits?|forbids?)\\b[^.]{0,40}\\bcommercial(?:ly| use| purpose)',
    '\\bcommercial (?:use|purposes?)\\b[^.]{0,40}\\b(?:not|prohibited|forbidden)\\b',
  ].join('|'),
  'i',
);

/** Number of characters in which a licence's text must begin, after its title and the lines that name its owners. */
const HEAD = 1000;

/**
 * The SPDX identifier of a licence text, `unknown` unless it is clear: the text begins with one known
 * licence, holds no other one, and does not restrict a permissive one.
 */
export function detectLicence(text: string): string {
  const plain = text.replace(/[\s>#*/]+/g, ' ').trim();
  const found = families.flatMap(({ pattern, spdx }) =>
    [...plain.matchAll(pattern)].map((match) => ({ spdx: spdx(match, plain), at: match.index })),
  );
  const [first] = found;
  if (first === undefined || found.some(({ spdx }) => spdx !== first.spdx)) return OTHER;
  if (found.every(({ at }) => at > HEAD)) return OTHER;
  const permissive = licenceFromSpdx(first.spdx).commercialUse === 'allowed';
  return permissive && restrictions.test(plain) ? OTHER : first.spdx;
}

export interface FoundLicence {
  readonly licence: Licence;
  readonly note?: string;
}

/** The licence a description states, else the one of a LICENSE file beside the model, else unknown. */
export async function licenceOf(description: Description, modelPath: string): Promise<FoundLicence> {
  if (description.licence !== undefined) {
    const licence = licenceFromSpdx(description.licence);
    const { commercialUse = licence.commercialUse } = description;
    return { licence: { ...licence, commercialUse } };
  }
  const folder = dirname(modelPath);
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /^licen[cs]e(\.(txt|md))?$/i.test(name)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  const spdx = detectLicence(texts.join('\n'));
  return { licence: licenceFromSpdx(spdx), note: noteOf(spdx, files.join(' and ')) };
}

function noteOf(spdx: string, files: string): string {
  if (spdx !== OTHER) return `its licence, ${spdx}, was read from the file ${files}`;
  const reason =
    files === '' ? 'is not stated' : `is not stated, and the file ${files} does not make it clear`;
  return `its licence ${reason}; add it to espalier.json`;
}
