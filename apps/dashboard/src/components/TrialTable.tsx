import { Group, Table } from '@mantine/core';
import type { Trial } from '../api';
import { loss, percent, trialTitle } from '../format';
import { AnswerMark } from './AnswerMark';
import { Head, right } from './Head';
import { State } from './State';
import { settingColumns, TrialLink, TrialSettings } from './TrialCells';

interface TrialTableProps {
  readonly trials: readonly Trial[];
  readonly caption: string;
  /** Number of the trial that the study answers with, where one is. */
  readonly answer?: number | null;
}

/** State and score stand beside the name, where a phone shows them. */
export function TrialTable({ trials, caption, answer = null }: TrialTableProps) {
  return (
    <Table.ScrollContainer minWidth={800}>
      <Table highlightOnHover captionSide="top">
        <Table.Caption ta="left">{caption}</Table.Caption>
        <Head
          columns={[
            'Trial',
            'State',
            right('Accuracy'),
            right('Log loss'),
            ...settingColumns,
            'Why it ended',
          ]}
        />
        <Table.Tbody>
          {trials.map((trial) => (
            <Table.Tr key={trial.id}>
              <Table.Td>
                <Group gap="xs">
                  <TrialLink id={trial.id} name={trialTitle(trial.number)} />
                  {trial.number === answer && <AnswerMark />}
                </Group>
              </Table.Td>
              <Table.Td>
                <State state={trial.state} />
              </Table.Td>
              <Table.Td ta="right">{percent(trial.bestAccuracy)}</Table.Td>
              <Table.Td ta="right">{loss(trial.bestLoss)}</Table.Td>
              <TrialSettings trial={trial} />
              <Table.Td>{trial.reason ?? ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
