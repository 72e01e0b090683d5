import { faultsOf, TRANSFER_INTERFACE_VERSION } from '@espalier/transfer';
import { z } from 'zod';

/** The npm keyword that makes a package a plugin. */
export const PLUGIN_KEYWORD = 'espalier-plugin';

/** Kinds of parts that a plugin can provide. */
export const partKinds = ['backbones', 'readers', 'samplers', 'pruners'] as const;
export type PartKind = (typeof partKinds)[number];

const names = z.array(
  z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name must be lower-case letters, digits and -'),
);

/**
 * Description of a plugin in its package.json, below `espalier`. It is read without running
 * anything of the plugin, so that one that is not asked for costs nothing and can do nothing.
 */
const espalierSchema = z.strictObject({
  /** The version of the interface that it was made for. */
  interface: z.number().int().positive(),
  backbones: names.default([]),
  readers: names.default([]),
  samplers: names.default([]),
  pruners: names.default([]),
});

const conditionsSchema = z.union([
  z.string(),
  z.looseObject({ import: z.string().optional(), default: z.string().optional() }),
]);

const packageSchema = z.looseObject({
  name: z.string().min(1),
  version: z.string().default('0.0.0'),
  exports: z.union([z.string(), z.looseObject({ '.': conditionsSchema.optional() })]).optional(),
  main: z.string().optional(),
  espalier: espalierSchema,
});

export type Parts = Readonly<Record<PartKind, readonly string[]>>;

/** The parts in a manifest, or the reason why it cannot be used. */
export type Manifest =
  | { readonly kind: 'usable'; readonly version: string; readonly entry: string; readonly parts: Parts }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Whether a package.json is that of a plugin. */
export const isPlugin = (content: unknown): content is { readonly name?: unknown } =>
  z
    .looseObject({ keywords: z.array(z.unknown()) })
    .safeParse(content)
    .data?.keywords.includes(PLUGIN_KEYWORD) === true;

export function readManifest(content: unknown): Manifest {
  const parsed = packageSchema.safeParse(content);
  if (!parsed.success) {
    return { kind: 'unusable', reason: `its package.json is invalid: ${faultsOf(parsed.error)}` };
  }
  const { espalier, version, ...rest } = parsed.data;
  const { interface: made, ...parts } = espalier;
  if (made !== TRANSFER_INTERFACE_VERSION) {
    const newer = made > TRANSFER_INTERFACE_VERSION;
    const advice = newer
      ? 'update Espalier, or install an older version of the plugin'
      : 'install a newer version of the plugin';
    return {
      kind: 'unusable',
      reason: `it needs version ${made} of the plugin interface, but this Espalier has version ${TRANSFER_INTERFACE_VERSION}; ${advice}`,
    };
  }
  if (partKinds.every((kind) => parts[kind].length === 0)) {
    return { kind: 'unusable', reason: `its package.json names no ${partKinds.join(', ')}` };
  }
  return { kind: 'usable', version, entry: entryOf(rest), parts };
}

type Entries = Pick<z.output<typeof packageSchema>, 'exports' | 'main'>;

/** The file that is loaded, relative to the package; ES modules alone, so that `require` does not count. */
function entryOf({ exports, main = 'index.js' }: Entries): string {
  if (typeof exports === 'string') return exports;
  const own = exports?.['.'];
  return (typeof own === 'string' ? own : (own?.import ?? own?.default)) ?? main;
}
