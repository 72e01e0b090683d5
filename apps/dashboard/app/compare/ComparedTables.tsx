import { Table } from '@mantine/core';
import { comparedRows } from '../../src/charts/compare';
import { Section } from '../../src/components/Section';
import { percent } from '../../src/format';
import type { Compared } from './useCompared';

interface ComparedProps {
  readonly compared: readonly Compared[];
}

export function ComparedScores({ compared }: ComparedProps) {
  return (
    <Section title="Scores">
      <Table.ScrollContainer minWidth={500}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th ta="right">Validation accuracy</Table.Th>
              <Table.Th ta="right">Test accuracy</Table.Th>
              <Table.Th ta="right">95 % interval</Table.Th>
              <Table.Th ta="right">Macro F1</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {compared.map(({ name, trial, test }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{percent(trial?.bestAccuracy ?? null)}</Table.Td>
                <Table.Td ta="right">{percent(test?.accuracy ?? null)}</Table.Td>
                <Table.Td ta="right">
                  {test === null ? '–' : `${percent(test.interval.low)} to ${percent(test.interval.high)}`}
                </Table.Td>
                <Table.Td ta="right">{percent(test?.macroF1 ?? null)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

/** Those that differ come first, in bold. */
export function ComparedSettings({ compared }: ComparedProps) {
  return (
    <Section title="Settings">
      <Table.ScrollContainer minWidth={250 * (1 + compared.length)}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Setting</Table.Th>
              {compared.map(({ name }) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {comparedRows(compared).map(({ setting, values, differs }) => (
              <Table.Tr key={setting}>
                <Table.Th scope="row" fw={differs ? 700 : 400}>
                  {setting}
                </Table.Th>
                {values.map((value, i) => (
                  <Table.Td key={i} fw={differs ? 600 : 400} style={{ overflowWrap: 'anywhere' }}>
                    {value}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
