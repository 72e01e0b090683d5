import { Table } from '@mantine/core';
import { comparedRows } from '../../src/charts/compare';
import { Section } from '../../src/components/Section';
import { objectiveText } from '../../src/format';
import type { ComparisonEntry } from './useCompared';
import { Head, right } from '../../src/components/Head';

interface ComparedProps {
  readonly compared: readonly ComparisonEntry[];
}

export function ComparedScores({ compared }: ComparedProps) {
  const others = [...new Set(compared.flatMap(({ facts }) => facts.map(([label]) => label)))];
  return (
    <Section title="Scores">
      <Table.ScrollContainer minWidth={500}>
        <Table>
          <Head
            columns={[
              'Entry',
              'Metric',
              right('Validation'),
              right('Test'),
              right('95 % interval'),
              ...others.map(right),
            ]}
          />
          <Table.Tbody>
            {compared.map(({ name, metric, validation, test, facts }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{metric.label}</Table.Td>
                <Table.Td ta="right">{objectiveText(validation, metric)}</Table.Td>
                <Table.Td ta="right">{objectiveText(test?.value ?? null, metric)}</Table.Td>
                <Table.Td ta="right">
                  {test === null
                    ? '–'
                    : `${objectiveText(test.low, metric)} to ${objectiveText(test.high, metric)}`}
                </Table.Td>
                {others.map((other) => (
                  <Table.Td key={other} ta="right">
                    {facts.find(([label]) => label === other)?.[1] ?? '–'}
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
