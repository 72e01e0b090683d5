import type { Modality } from '@espalier/transfer';
import { modalityFacts } from '../../modalities/allFacts.js';

/** What a column is for. */
export type Role = Modality | 'label' | 'split' | 'group';

/** Names in common use of what says something about an example, most telling first. */
const beside: Readonly<Record<Exclude<Role, Modality>, readonly string[]>> = {
  label: ['label', 'class', 'category', 'target', 'class_name', 'label_name', 'intent', 'sentiment', 'y'],
  split: ['split', 'subset', 'partition', 'set'],
  group: ['group', 'group_id', 'patient', 'patient_id', 'subject', 'subject_id', 'speaker', 'speaker_id'],
};

/** Names of a role's column in common use, most telling first. */
export const usualNamesOf = (role: Role): readonly string[] =>
  isContent(role) ? modalityFacts.get(role).column.usualNames : beside[role];

/** Whether a role is that of the examples themselves. */
export const isContent = (role: string): role is Modality => modalityFacts.has(role);

export const sameName = (column: string, name: string): boolean => column.trim().toLowerCase() === name;

/** Whether a column's name is one in common use, whatever its role. */
export const isUsualName = (column: string): boolean =>
  [...modalityFacts.entries().map(([, facts]) => facts.column.usualNames), ...Object.values(beside)].some(
    (names) => names.some((name) => sameName(column, name)),
  );
