import { Anchor, Table } from '@mantine/core';
import Link from 'next/link';
import type { Trial } from '../api';
import { percent, rate, trialTitle } from '../format';
import { State } from './State';
import { Head, right } from './Head';

export function TrialTable({
  trials,
  caption,
}: {
  readonly trials: readonly Trial[];
  readonly caption: string;
}) {
  return (
    <Table.ScrollContainer minWidth={700}>
      <Table highlightOnHover>
        <Table.Caption>{caption}</Table.Caption>
        <Head
          columns={[
            'Trial',
            'Backbone',
            right('Frozen'),
            right('Rate'),
            right('Decay'),
            'Augmentation',
            right('Accuracy'),
            'State',
            'Why it ended',
          ]}
        />
        <Table.Tbody>
          {trials.map((trial) => (
            <Table.Tr key={trial.id}>
              <Table.Td>
                <Anchor component={Link} href={`/trials/${trial.id}`}>
                  {trialTitle(trial.number)}
                </Anchor>
              </Table.Td>
              <Table.Td>{trial.backbone}</Table.Td>
              <Table.Td ta="right">{trial.freezeDepth}</Table.Td>
              <Table.Td ta="right">{rate(trial.learningRate)}</Table.Td>
              <Table.Td ta="right">{trial.layerDecay}</Table.Td>
              <Table.Td>{trial.augmentation}</Table.Td>
              <Table.Td ta="right">{percent(trial.bestAccuracy)}</Table.Td>
              <Table.Td>
                <State state={trial.state} />
              </Table.Td>
              <Table.Td>{trial.reason ?? ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
