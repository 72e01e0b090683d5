import type { Cost } from './cost.js';

export const size: Cost = {
  of: 'network',
  label: 'Size',
  help: 'Size of the exported model file',
  units: [
    { name: 'B', size: 1 },
    { name: 'kB', size: 1e3 },
    { name: 'MB', size: 1e6 },
    { name: 'GB', size: 1e9 },
  ],
  measure: ({ bytes }) => bytes(),
  exact: true,
};
