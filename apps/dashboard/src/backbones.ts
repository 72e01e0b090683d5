import { pluralOf } from '@espalier/data/modalities';
import type { AddedBackbone, Backbone } from './api';
import { count, size } from './format';

const commercial = {
  allowed: 'commercial use allowed',
  forbidden: 'no commercial use',
  unknown: 'commercial use not clear',
} as const;

/** A licence in words: as in `Apache-2.0, commercial use allowed`. */
export function licenceWords({ spdx, commercialUse }: Backbone['licence']): string {
  return spdx === 'unknown' ? 'no licence known' : `licence ${spdx}, ${commercial[commercialUse]}`;
}

interface Size {
  /** Trainable scalars. */
  readonly parameters: number | null;
  readonly bytes: number | null;
}

/** A network's size, as far as it is known: as in `25,557,032 parameters, 102.2 MB`. */
export function sizeWords({ parameters, bytes }: Size): string | null {
  const known = [
    ...(parameters === null ? [] : [`${count(parameters)} parameters`]),
    ...(bytes === null ? [] : [size(bytes)]),
  ];
  return known.length === 0 ? null : known.join(', ');
}

/** What stands below a backbone's name: what it is, how large, under which licence, and whether it is there. */
export function backboneWords(backbone: Backbone): string {
  const { family, licence, embedded, there, checkpoint } = backbone;
  const where = embedded
    ? 'comes along'
    : there
      ? 'is on the server already'
      : `is fetched: ${checkpoint ?? 'from its hub'}`;
  return [family, sizeWords(backbone) ?? 'size known once it is fetched', licenceWords(licence), where].join(
    ' · ',
  );
}

/** The same of one that was added; while it is looked at, or cannot be used, that. */
export function addedWords({ state, reason, facts, there, source }: AddedBackbone): string {
  if (state === 'looking') return 'It is looked at …';
  if (facts === null || state === 'failed') return `It cannot be used: ${reason ?? 'nobody knows why'}`;
  const { family, modality, licence, bytes, network } = facts;
  const where = there
    ? 'is on the server already'
    : bytes === null
      ? 'is fetched'
      : `is fetched: ${size(bytes)}`;
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
 * What a backbone is called by default: its repository on the hub, or its file without the ending.
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
