import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { licenceFromSpdx, type Licence } from '@espalier/transfer';
import type { Description } from './description.js';

/** First words of licence texts that are the same in every copy. */
const openings: readonly (readonly [RegExp, string])[] = [
  [/Apache License\s+Version 2\.0/i, 'Apache-2.0'],
  [/Permission is hereby granted, free of charge, to any person obtaining a copy/i, 'MIT'],
  [/Attribution-NonCommercial-ShareAlike 4\.0/i, 'CC-BY-NC-SA-4.0'],
  [/Attribution-NonCommercial 4\.0/i, 'CC-BY-NC-4.0'],
  [/Attribution 4\.0 International/i, 'CC-BY-4.0'],
  [/Redistribution and use in source and binary forms[\s\S]*Neither the name/i, 'BSD-3-Clause'],
  [/Redistribution and use in source and binary forms/i, 'BSD-2-Clause'],
];

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
  const file = names.find((name) => /^licen[cs]e(\.(txt|md))?$/i.test(name));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  const spdx = openings.find(([pattern]) => pattern.test(text))?.[1];
  if (spdx === undefined) {
    return {
      licence: licenceFromSpdx('unknown'),
      note: 'its licence is not stated; add it to espalier.json',
    };
  }
  return { licence: licenceFromSpdx(spdx), note: `its licence, ${spdx}, is read from the file ${file}` };
}
