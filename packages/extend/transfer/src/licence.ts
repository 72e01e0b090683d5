import { BackboneError, type BackboneIdentity, type Licence } from './backbone.js';

const commercialUseBySpdx = new Map(
  Object.entries<Licence['commercialUse']>({
    'Apache-2.0': 'allowed',
    MIT: 'allowed',
    'BSD-2-Clause': 'allowed',
    'BSD-3-Clause': 'allowed',
    ISC: 'allowed',
    'CC0-1.0': 'allowed',
    'CC-BY-4.0': 'allowed',
    'CC-BY-SA-4.0': 'allowed',
    'CC-BY-NC-4.0': 'forbidden',
    'CC-BY-NC-SA-4.0': 'forbidden',
    'CC-BY-NC-ND-4.0': 'forbidden',
  }),
);

/** The licence of an SPDX identifier; one that is not in the table may not be assumed to allow anything. */
export function licenceFromSpdx(spdx: string): Licence {
  return { spdx, commercialUse: commercialUseBySpdx.get(spdx) ?? 'unknown' };
}

/** Throws unless the backbone's licence clearly allows commercial use. */
export function assertCommercialUse(backbone: BackboneIdentity): void {
  const { spdx, commercialUse } = backbone.licence;
  if (commercialUse === 'allowed') return;
  const verb = commercialUse === 'forbidden' ? 'forbids' : 'does not clearly allow';
  throw new BackboneError(
    `backbone ${backbone.id}: its licence (${spdx}) ${verb} commercial use; ` +
      'choose another backbone or drop --commercial',
  );
}
