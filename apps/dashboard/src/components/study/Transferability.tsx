import { Table, Text } from '@mantine/core';
import {
  absenceSentences,
  scoreTableOf,
  TABLE_NOTE,
  titleOfAgreement,
  writeScore,
  type ScoredTrial,
} from '@espalier/study/scores';
import { objectiveText } from '../../format';
import type { Probe, Study, Trial } from '../../server/api';
import { Section } from '../Section';

interface TransferabilityProps {
  readonly study: Pick<Study, 'objective'>;
  readonly probes: readonly Probe[];
  readonly trials: readonly Trial[];
}

const reachedBy = (trials: readonly Trial[]): ScoredTrial[] =>
  trials.flatMap(({ role, backbone, values, bestObjective }) => {
    const freezeDepth = values['freezeDepth'];
    return role !== 'searched' || typeof freezeDepth !== 'number' || bestObjective === null
      ? []
      : [{ backbone, freezeDepth, value: bestObjective }];
  });

/** Shows what says without training how well each depth is expected to transfer, beside what it reached. */
export function Transferability({ study: { objective }, probes, trials }: TransferabilityProps) {
  const scored = scoreTableOf(probes, reachedBy(trials), objective);
  if (scored === null) return null;
  const { columns, rows, agreements, examples } = scored;
  return (
    <Section title="Transferability">
      <Table.ScrollContainer minWidth={600}>
        <Table aria-label="Scores of transferability">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Backbone</Table.Th>
              {['Depth', ...columns.map(({ title }) => title), 'Probe', 'Best trial'].map((title) => (
                <Table.Th key={title} ta="right">
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ backbone, depth, values, probe, trial }) => (
              <Table.Tr key={`${backbone} ${depth}`}>
                <Table.Td>{backbone}</Table.Td>
                <Table.Td ta="right">{depth}</Table.Td>
                {columns.map((column, i) => (
                  <Table.Td key={column.name} ta="right">
                    {written(values[i], (value) => writeScore(column, value))}
                  </Table.Td>
                ))}
                <Table.Td ta="right">{objectiveText(probe, objective)}</Table.Td>
                <Table.Td ta="right">{objectiveText(trial, objective)}</Table.Td>
              </Table.Tr>
            ))}
            {agreements.map((agreement) => (
              <Table.Tr key={agreement.with}>
                <Table.Th scope="row" colSpan={2}>
                  {titleOfAgreement(agreement)}
                </Table.Th>
                {columns.map(({ name }, i) => (
                  <Table.Td key={name} ta="right">
                    {written(agreement.values[i], (value) => value.toFixed(2))}
                  </Table.Td>
                ))}
                <Table.Td colSpan={2} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" c="dimmed">
        Computed from {examples} labelled examples. {TABLE_NOTE}
      </Text>
      {absenceSentences(scored).map((sentence) => (
        <Text key={sentence} size="sm">
          {sentence}
        </Text>
      ))}
    </Section>
  );
}

const written = (value: number | null | undefined, write: (value: number) => string): string =>
  value === null || value === undefined ? '–' : write(value);
