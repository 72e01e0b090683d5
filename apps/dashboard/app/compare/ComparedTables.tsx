import { Table } from '@mantine/core';
import { comparedRows } from '../../src/charts/compare';
import { Section } from '../../src/components/Section';
import { percent } from '../../src/format';
import type { ComparisonEntry } from './useCompared';
import { Head, right } from '../../src/components/Head';

interface ComparedProps {
  readonly compared: readonly ComparisonEntry[];
}

export function ComparedScores({ compared }: ComparedProps) {
  return (
    <Section title="Scores">
      <Table.ScrollContainer minWidth={500}>
        <Table>
          <Head
            columns={[
              'Entry',
              right('Validation accuracy'),
              right('Test accuracy'),
              right('95 % interval'),
              right('Macro F1'),
            ]}
          />
          <Table.Tbody>
            {compared.map(({ name, validation, test }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{percent(validation)}</Table.Td>
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

/** Lists the settings; those that differ come first, in bold. */
export function ComparedSettings({ compared }: ComparedProps) {
  return (
    <Section title="Settings">
      <Table.ScrollContainer minWidth={250 * (1 + compared.length)}>
        <Table>
          <Head columns={['Setting', ...compared.map(({ name }) => name)]} />
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
