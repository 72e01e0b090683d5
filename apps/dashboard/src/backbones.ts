import { pluralOf } from '@espalier/data/modalities';
import type { AddedBackbone, Backbone } from './server/api';
import { count, size } from './format';

const commercial = {
  allowed: 'commercial use allowed',
  forbidden: 'no commercial use',
  unknown: 'commercial use unclear',
} as const;

/** Describes a licence, as in `Apache-2.0, commercial use allowed`. */
export function licenceWords({ spdx, commercialUse }: Backbone['licence']): string {
  return spdx === 'unknown' ? 'licence unknown' : `licence ${spdx}, ${commercial[commercialUse]}`;
}

interface Size {
  /** Number of trainable scalars. */
  readonly parameters: number | null;
  readonly bytes: number | null;
}

/** Describes the known size of a network, as in `25,557,032 parameters, 102.2 MB`. */
export function sizeWords({ parameters, bytes }: Size): string | null {
  const known = [
    ...(parameters === null ? [] : [`${count(parameters)} parameters`]),
    ...(bytes === null ? [] : [size(bytes)]),
  ];
  return known.length === 0 ? null : known.join(', ');
}

/** Describes a backbone below its name: family, size, licence, and where its weights come from. */
export function backboneWords(backbone: Backbone): string {
  const { family, licence, embedded, there, checkpoint } = backbone;
  const where = embedded
    ? 'bundled'
    : there
      ? 'already on the server'
      : `download: ${checkpoint ?? 'from its hub'}`;
  return [
    family,
    sizeWords(backbone) ?? 'size unknown until the download',
    licenceWords(licence),
    where,
  ].join(' · ');
}

/** Describes an added backbone; while it is being inspected, or if it cannot be used, says so. */
export function addedWords({ state, reason, facts, there, source }: AddedBackbone): string {
  if (state === 'inspecting') return 'Inspecting …';
  if (facts === null || state === 'failed')
    return `Espalier cannot use this backbone: ${reason ?? 'the reason is unknown'}`;
  const { family, modality, licence, bytes, network } = facts;
  const where = there ? 'already on the server' : bytes === null ? 'download' : `download: ${size(bytes)}`;
  const stages = network === null ? null : `${network.stages} stages`;
  const parts = [
    ...[
      family,
      `for ${pluralOf(modality)}`,
      sizeWords({ parameters: network?.parameters ?? null, bytes }),
      stages,
    ],
    ...[licenceWords(licence), source === 'upload' ? 'uploaded' : where],
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** Whether an added backbone can be searched on a dataset. */
export const isOffered = ({ state, facts }: AddedBackbone, modality: string | null): boolean =>
  state === 'ready' && facts?.modality === modality;

const LONGEST_NAME = 100;

/**
 * Default name of a backbone: its repository on the hub, or its file without the extension.
 *
 * @param text a reference to a hub, a path, or the name of a file
 */
export function nameOf(text: string): string {
  const place = text.trim().replace(/^[a-z0-9-]+=/, '');
  const hub = /^hf:([^@#]+)/.exec(place)?.[1];
  const last = place.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const plain = (hub ?? last.replace(/\.(onnx|zip)$/i, '')).replace(/[^\w./-]+/g, '-');
  return plain.replace(/^[^a-z0-9]+/i, '').slice(0, LONGEST_NAME);
}
