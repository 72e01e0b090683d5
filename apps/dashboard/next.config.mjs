import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run typecheck` checks the types, with the rest of the repository.
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    // Tables are shown as the server reads them, by the same parser.
    resolveAlias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' },
  },
};
