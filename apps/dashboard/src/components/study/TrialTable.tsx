import { Group, Table } from '@mantine/core';
import type { Study, Trial } from '../../server/api';
import { loss, objectiveText, trialTitle } from '../../format';
import { AnswerMark } from './AnswerMark';
import { Head, right } from '../Head';
import { State } from '../State';
import { settingColumns, TrialLink, TrialSettings, variedAmong } from './TrialCells';

interface TrialTableProps {
  readonly study: Pick<Study, 'dimensions' | 'objective'>;
  readonly trials: readonly Trial[];
  readonly caption: string;
  /** Number of the trial that is the study's answer, if a trial is. */
  readonly answer?: number | null;
}

/** Lists trials; state and score follow the name, where a phone shows them. */
export function TrialTable({ study, trials, caption, answer = null }: TrialTableProps) {
  const { objective } = study;
  const dimensions = variedAmong(study.dimensions, trials);
  return (
    <Table.ScrollContainer minWidth={800}>
      <Table highlightOnHover captionSide="top">
        <Table.Caption ta="left">{caption}</Table.Caption>
        <Head
          columns={[
            'Trial',
            'State',
            right(objective.label),
            right('Loss'),
            ...settingColumns(dimensions),
            'Reason for the end',
          ]}
        />
        <Table.Tbody>
          {trials.map((trial) => (
            <Table.Tr key={trial.id}>
              <Table.Td>
                <Group gap="xs">
                  <TrialLink id={trial.id} name={trialTitle(trial)} />
                  {trial.number === answer && <AnswerMark />}
                </Group>
              </Table.Td>
              <Table.Td>
                <State state={trial.state} />
              </Table.Td>
              <Table.Td ta="right">{objectiveText(trial.bestObjective, objective)}</Table.Td>
              <Table.Td ta="right">{loss(trial.bestLoss)}</Table.Td>
              <TrialSettings trial={trial} dimensions={dimensions} />
              <Table.Td>{trial.reason ?? ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
