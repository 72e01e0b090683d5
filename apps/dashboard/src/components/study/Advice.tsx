import { List, Table, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { inSentence, writeGap, writeIn } from '@espalier/study/words';
import { Section } from '../Section';

/** Shows when to use what, how much data it takes, and the learning curve that this rests on. */
export function Advice({ report }: { readonly report: StudyReport }) {
  const { advice, learningCurve, metric } = report;
  if (advice.length === 0) return null;
  return (
    <Section title="Advice">
      <List spacing="xs" size="sm">
        {advice.map(({ about, sentence }) => (
          <List.Item key={`${about} ${sentence}`}>{sentence}</List.Item>
        ))}
      </List>
      {learningCurve !== null && (
        <>
          <Text size="sm" mt="md">
            {learningCurve.probe} by how many examples it learns from:
          </Text>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Examples</Table.Th>
                <Table.Th>{metric.label}</Table.Th>
                <Table.Th>95 % interval</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {learningCurve.points.map(({ examples, value, low, high }) => (
                <Table.Tr key={examples}>
                  <Table.Td>{examples}</Table.Td>
                  <Table.Td>{writeIn(metric, value)}</Table.Td>
                  <Table.Td>{`${writeIn(metric, low)} to ${writeIn(metric, high)}`}</Table.Td>
                </Table.Tr>
              ))}
              {learningCurve.expected.map(({ examples, gain, low, high }) => (
                <Table.Tr key={examples}>
                  <Table.Td>{examples}</Table.Td>
                  <Table.Td>{`${inSentence(metric.label)} better by ${writeGap(metric, gain)}`}</Table.Td>
                  <Table.Td>{`${writeGap(metric, low)} to ${writeGap(metric, high)}`}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Section>
  );
}
