import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@espalier/source'] },
  ssr: { resolve: { conditions: ['@espalier/source'] } },
  test: {
    include: ['{apps,packages,plugins,tools}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
