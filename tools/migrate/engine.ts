import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';

interface Bindings {
  readonly SchemaEngine: {
    new: (options: object, log: (text: string) => void, adapter: object) => Promise<Engine>;
  };
  readonly __wbg_set_wasm: (exports: Exports) => void;
}

type Exports = Readonly<Record<string, unknown>>;

/** Node has it; its types come with those of browsers alone. */
interface WebAssemblyInterface {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: Exports } }>;
}
const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };

interface Engine {
  diff(params: object): Promise<{ readonly stdout: string | null }>;
}

let loaded: Promise<Bindings> | undefined;

/** Prisma's schema engine in WebAssembly, which its package does not load in Node by itself; once a process. */
const loadBindings = (): Promise<Bindings> => (loaded ??= load());

async function load(): Promise<Bindings> {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const background = join(dirname(entry), 'schema_engine_bg.js');
  const bindings = (await import(pathToFileURL(background).href)) as Bindings;
  const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'));
  const { instance } = await webAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return bindings;
}

async function openEngine(pglite: PGlite): Promise<Engine> {
  const { SchemaEngine } = await loadBindings();
  // It asks the database for its version, though two schemas are compared.
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(pglite));
  return SchemaEngine.new({ datamodels: null }, () => undefined, adapter);
}

/**
 * The SQL that turns one Prisma schema into another.
 *
 * @param before null for an empty database
 */
export async function scriptBetween(before: string | null, after: string): Promise<string> {
  const pglite = await PGlite.create();
  const engine = await openEngine(pglite);
  const target = (content: string): object => ({
    tag: 'schemaDatamodel',
    files: [{ path: 'schema.prisma', content }],
    configDir: '.',
  });
  const { stdout } = await engine.diff({
    from: before === null ? { tag: 'empty' } : target(before),
    to: target(after),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  await pglite.close();
  return stdout ?? '';
}
