import { expect, it } from 'vitest';
import { BackboneError, defineBackbone, type Licence } from './backbone.js';
import { assertCommercialUse, licenceFromSpdx } from './licence.js';

const backboneWith = (licence: Licence): ReturnType<typeof defineBackbone> =>
  defineBackbone({
    id: 'net',
    family: 'net',
    modality: 'image',
    parameters: null,
    licence,
    source: { kind: 'file', path: 'net.onnx' },
    load: () => Promise.reject(new Error('not loaded here')),
  });

it.each([
  ['Apache-2.0', 'allowed'],
  ['MIT', 'allowed'],
  ['CC-BY-4.0', 'allowed'],
  ['CC-BY-NC-4.0', 'forbidden'],
  ['CC-BY-NC-SA-4.0', 'forbidden'],
  ['CC-BY-NC-ND-4.0', 'forbidden'],
  ['mit', 'unknown'],
  ['LicenseRef-custom', 'unknown'],
  ['unknown', 'unknown'],
  ['', 'unknown'],
  ['constructor', 'unknown'],
  ['toString', 'unknown'],
])('%s: commercial use is %s', (spdx, commercialUse) => {
  expect(licenceFromSpdx(spdx)).toEqual({ spdx, commercialUse });
});

it('lets pass only what is clearly allowed', () => {
  expect(() => assertCommercialUse(backboneWith(licenceFromSpdx('MIT')))).not.toThrow();
  const forbidden = (): void => assertCommercialUse(backboneWith(licenceFromSpdx('CC-BY-NC-4.0')));
  expect(forbidden).toThrow(BackboneError);
  expect(forbidden).toThrow(/backbone net: .*\(CC-BY-NC-4\.0\) forbids commercial use/);
  const unclear = (): void => assertCommercialUse(backboneWith(licenceFromSpdx('unknown')));
  expect(unclear).toThrow(/does not clearly allow commercial use; choose another .* or drop --commercial/);
});
