import { Anchor, Table } from '@mantine/core';
import Link from 'next/link';
import type { Study, Trial } from '../../server/api';
import { right, type Column } from '../Head';

type Dimensions = Study['dimensions'];

/** The columns of {@link TrialSettings}. */
export const settingColumns = (dimensions: Dimensions): readonly Column[] => [
  'Backbone',
  ...dimensions.map(({ label }) => right(label)),
];

/** The dimensions in which trials differ; the others are the same in every row. */
export const variedAmong = (dimensions: Dimensions, trials: readonly Trial[]): Dimensions =>
  dimensions.filter(({ name }) => new Set(trials.map(({ values }) => values[name])).size > 1);

export const TrialLink = ({ id, name }: { readonly id: string; readonly name: string }) => (
  <Anchor component={Link} href={`/trials/${id}`} inherit fw="inherit" style={{ whiteSpace: 'nowrap' }}>
    {name}
  </Anchor>
);

interface TrialSettingsProps {
  readonly trial: Trial;
  readonly dimensions: Dimensions;
}

export function TrialSettings({ trial, dimensions }: TrialSettingsProps) {
  return (
    <>
      <Table.Td>{trial.backbone}</Table.Td>
      {dimensions.map(({ name }) => (
        <Table.Td key={name} ta="right">
          {trial.written[name] ?? ''}
        </Table.Td>
      ))}
    </>
  );
}
