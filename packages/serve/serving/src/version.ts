import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/** The version of Espalier, which the description of the API carries. */
export const version = manifest.version;
