import type { Cost } from './cost.js';

export const training: Cost = {
  of: 'training',
  label: 'Training',
  help: 'Time of training in the search, that of the trials that a trial goes back to included',
  units: [
    { name: 's', size: 1 },
    { name: 'min', size: 60 },
    { name: 'h', size: 3600 },
  ],
  known: ({ seconds }) => seconds,
};
