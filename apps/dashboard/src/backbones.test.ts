import { describe, expect, it } from 'vitest';
import type { AddedBackbone, Backbone } from './server/api';
import { addedWords, backboneWords, isOffered, licenceWords, nameOf } from './backbones';

const licence = { spdx: 'Apache-2.0', commercialUse: 'allowed' } as const;
const hub = {
  ...{ id: 'vision-resnet', family: 'resnet', modality: 'image', embedded: false, licence },
  ...{ checkpoint: 'hf:a/b@c#model.onnx', parameters: null, bytes: null, there: false },
} as Backbone;
const facts: NonNullable<AddedBackbone['facts']> = {
  ...{ family: 'onnx-file', modality: 'image', pinned: null, bytes: 4_000_000 },
  licence: { spdx: 'unknown', commercialUse: 'unknown' },
  network: { parameters: 1_000_000, stages: 4, width: 8, freezeDepths: [0], notes: [] },
};
const added = { state: 'ready', reason: null, facts, there: true, source: 'upload' } as AddedBackbone;

describe('what is told of a backbone', () => {
  it('is its size, its licence, and whether it has to be fetched', () => {
    expect(backboneWords(hub)).toBe(
      'resnet · size unknown until the download · licence Apache-2.0, commercial use allowed · download: hf:a/b@c#model.onnx',
    );
    expect(backboneWords({ ...hub, there: true, parameters: 25_000_000, bytes: 102_000_000 })).toBe(
      'resnet · 25,000,000 parameters, 102.0 MB · licence Apache-2.0, commercial use allowed · already on the server',
    );
    expect(backboneWords({ ...hub, embedded: true, parameters: 10 })).toMatch(/10 parameters .* bundled$/);
    expect(licenceWords({ spdx: 'CC-BY-NC-4.0', commercialUse: 'forbidden' })).toBe(
      'licence CC-BY-NC-4.0, no commercial use',
    );
  });

  it('is what the inspection of an added one found, or why it cannot be used', () => {
    expect(addedWords(added)).toBe(
      'onnx-file · for pictures · 1,000,000 parameters, 4.0 MB · 4 stages · licence unknown · uploaded',
    );
    const fetched = { ...added, source: 'hub', there: false, facts: { ...facts, network: null } } as const;
    expect(addedWords(fetched)).toBe(
      'onnx-file · for pictures · 4.0 MB · licence unknown · download: 4.0 MB',
    );
    expect(addedWords({ ...added, state: 'failed', reason: 'it has no picture' })).toBe(
      'Espalier cannot use this backbone: it has no picture',
    );
    expect(isOffered(added, 'image')).toBe(true);
    expect(isOffered(added, 'text')).toBe(false);
    expect(isOffered({ ...added, state: 'inspecting' }, 'image')).toBe(false);
  });

  it.each([
    ['hf:owner/name@main#onnx/model.onnx', 'owner/name'],
    ['text-bert=hf:owner/name', 'owner/name'],
    ['/srv/nets/mobile net.onnx', 'mobile-net'],
    ['/srv/nets/folder/', 'folder'],
    ['.hidden.onnx', 'hidden'],
    ['', ''],
  ])('is by default called, of %j, %j', (text, name) => {
    expect(nameOf(text)).toBe(name);
  });
});
