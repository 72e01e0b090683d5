import type { Backbone } from '@espalier/transfer';

/** Backbones that come with Espalier, by the name `--backbone` takes; loaded when they are asked for. */
export const embedded: Readonly<Record<string, () => Promise<Backbone>>> = {
  'text-mini': async () => (await import('@espalier/plugin-text-mini')).textMini,
  'audio-mini': async () => (await import('@espalier/plugin-audio-mini')).audioMini,
  'vision-mini': async () => (await import('@espalier/plugin-vision-mini')).visionMini,
};
