import { Anchor, Table } from '@mantine/core';
import Link from 'next/link';
import type { Trial } from '../api';
import { percent, rate, trialTitle } from '../format';
import { State } from './State';

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
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Trial</Table.Th>
            <Table.Th>Backbone</Table.Th>
            <Table.Th ta="right">Frozen</Table.Th>
            <Table.Th ta="right">Rate</Table.Th>
            <Table.Th ta="right">Decay</Table.Th>
            <Table.Th>Augmentation</Table.Th>
            <Table.Th ta="right">Accuracy</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Why it ended</Table.Th>
          </Table.Tr>
        </Table.Thead>
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
