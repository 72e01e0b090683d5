import { Anchor, Table } from '@mantine/core';
import Link from 'next/link';
import type { Trial } from '../api';
import { rate } from '../format';
import { right, type Column } from './Head';

/** What {@link TrialSettings} fills. */
export const settingColumns: readonly Column[] = [
  'Backbone',
  right('Frozen'),
  right('Rate'),
  right('Decay'),
  'Augmentation',
];

export const TrialLink = ({ id, name }: { readonly id: string; readonly name: string }) => (
  <Anchor component={Link} href={`/trials/${id}`} inherit fw="inherit" style={{ whiteSpace: 'nowrap' }}>
    {name}
  </Anchor>
);

export function TrialSettings({ trial }: { readonly trial: Trial }) {
  return (
    <>
      <Table.Td>{trial.backbone}</Table.Td>
      <Table.Td ta="right">{trial.freezeDepth}</Table.Td>
      <Table.Td ta="right">{rate(trial.learningRate)}</Table.Td>
      <Table.Td ta="right">{trial.layerDecay}</Table.Td>
      <Table.Td>{trial.augmentation}</Table.Td>
    </>
  );
}
