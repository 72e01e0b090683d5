import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const belowRunner = [
  'layer:tasks',
  'layer:study',
  'layer:baselines',
  'layer:probes',
  'layer:services',
  'layer:engine',
  'layer:autodiff',
  'layer:onnx',
  'layer:transfer',
  'layer:foundation',
];

/** Arrows point down only: a layer may import the layers listed for it, and nothing else. */
const layers = {
  'layer:foundation': [],
  'layer:transfer': ['layer:foundation'],
  // What a study is: everything that runs, keeps or shows one stands on it.
  'layer:study': ['layer:transfer', 'layer:foundation'],
  'layer:blobs': ['layer:foundation'],
  'layer:onnx': ['layer:foundation'],
  'layer:autodiff': ['layer:onnx', 'layer:foundation'],
  'layer:engine': ['layer:autodiff', 'layer:onnx', 'layer:foundation'],
  'layer:services': ['layer:services', 'layer:study', 'layer:foundation', 'layer:transfer'],
  'layer:baselines': ['layer:services', 'layer:onnx', 'layer:transfer', 'layer:foundation'],
  'layer:probes': ['layer:services', 'layer:engine', 'layer:onnx', 'layer:foundation'],
  'layer:tasks': [
    'layer:probes',
    'layer:services',
    'layer:study',
    'layer:autodiff',
    'layer:onnx',
    'layer:foundation',
  ],
  'layer:report': ['layer:services', 'layer:study', 'layer:foundation', 'layer:transfer'],
  'layer:runner': belowRunner,
  'layer:serving': ['layer:runner', ...belowRunner],
  // Neither runs a study: what they need of one is in `study` and `search`.
  'layer:store': ['layer:study', 'layer:foundation', 'layer:transfer'],
  'layer:queue': ['layer:store', 'layer:services', 'layer:study', 'layer:foundation', 'layer:transfer'],
  'layer:auth': ['layer:store', 'layer:foundation'],
  // The backbones that come along are what a dataset is looked at with, and plugins bring readers.
  'layer:datasets': [
    'layer:store',
    'layer:blobs',
    'layer:runner',
    'layer:plugin',
    'layer:plugins',
    ...belowRunner,
  ],
  'layer:worker': [
    'layer:sdk',
    'layer:datasets',
    'layer:queue',
    'layer:store',
    'layer:blobs',
    'layer:runner',
    'layer:report',
    ...belowRunner,
  ],
  'layer:api': [
    'layer:auth',
    'layer:datasets',
    'layer:queue',
    'layer:store',
    'layer:blobs',
    'layer:runner',
    'layer:report',
    ...belowRunner,
  ],
  // Of the API it knows the types alone.
  'layer:client': ['layer:api', 'layer:foundation'],
  'layer:server': [
    'layer:api',
    'layer:auth',
    'layer:datasets',
    'layer:queue',
    'layer:blobs',
    'layer:store',
    'layer:runner',
    'layer:report',
    ...belowRunner,
  ],
  // What plugins bring, and not where it is used.
  'layer:plugins': ['layer:services', 'layer:study', 'layer:onnx', 'layer:transfer', 'layer:foundation'],
  'layer:conformance': ['layer:runner', ...belowRunner],
  // Only a plugin's tests import the conformance suite; the plugin itself stays at the transfer interface,
  // or at a hub that its family's checkpoints are on.
  'layer:hub': ['layer:transfer', 'layer:foundation', 'layer:conformance'],
  'layer:plugin': ['layer:hub', 'layer:transfer', 'layer:foundation', 'layer:conformance'],
  // A plugin's dataset reader, sampler or pruner.
  'layer:extension': ['layer:services', 'layer:transfer', 'layer:foundation'],
  'layer:sdk': [
    'layer:client',
    'layer:plugins',
    'layer:runner',
    'layer:report',
    'layer:services',
    'layer:study',
    'layer:plugin',
    'layer:hub',
    'layer:engine',
    'layer:onnx',
    'layer:transfer',
    'layer:foundation',
  ],
  // It tries on the suite what the SDK finds; its tests have a hub.
  'layer:checks': ['layer:sdk', 'layer:conformance', 'layer:runner', 'layer:hub', 'layer:foundation'],
  // The dashboard shows studies and runs none; of the server it knows the API's types.
  'layer:page': [
    'layer:api',
    'layer:services',
    'layer:report',
    'layer:study',
    'layer:transfer',
    'layer:foundation',
  ],
  // What a reader copies: the public face alone.
  'layer:example': ['layer:sdk', 'layer:client'],
  'layer:app': ['*'],
  'layer:tool': ['*'],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/generated',
      '**/.next',
      '**/next-env.d.ts',
      '**/node_modules',
      '.nx',
      '**/*.mjs',
      'vitest.config.ts',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: Object.entries(layers).map(([sourceTag, allowed]) => ({
            sourceTag,
            onlyDependOnLibsWithTags: allowed,
          })),
        },
      ],
    },
  },
  {
    files: ['packages/client/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@espalier/api', allowTypeImports: true, message: 'A client has its types alone.' },
          ],
        },
      ],
    },
  },
  {
    // The dashboard's tests make an offer and open an archive; the page does neither.
    files: ['apps/dashboard/**/*.test.ts', 'apps/dashboard/src/testing.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  prettier,
);
