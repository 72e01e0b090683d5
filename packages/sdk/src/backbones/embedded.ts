import type { Backbone } from '@espalier/transfer';

/** Bundled backbones by the name that `--backbone` takes; each loads on demand. */
export const embedded: Readonly<Record<string, () => Promise<Backbone>>> = {
  'text-mini': async () => (await import('@espalier/plugin-text-mini')).textMini,
  'audio-mini': async () => (await import('@espalier/plugin-audio-mini')).audioMini,
  'vision-mini': async () => (await import('@espalier/plugin-vision-mini')).visionMini,
};
