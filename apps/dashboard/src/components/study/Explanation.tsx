import { Progress, Table, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { replaySentences } from '@espalier/study/words';
import { Section } from '../Section';

/** Shows how much each dimension matters, and what random search would have found. */
export function Explanation({ report }: { readonly report: StudyReport }) {
  const { explanation, objective } = report.search;
  if (explanation === undefined || explanation.importance.length === 0) return null;
  return (
    <Section title="What made a difference">
      <Table aria-label="Importance of the dimensions" maw={480}>
        <Table.Tbody>
          {explanation.importance.map(({ name, label, share }) => (
            <Table.Tr key={name}>
              <Table.Td>{label}</Table.Td>
              <Table.Td w="50%">
                <Progress value={100 * share} aria-label={`Share of ${label}`} />
              </Table.Td>
              <Table.Td ta="right">{Math.round(100 * share)} %</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed">
        How much each dimension alone changes what the model of {report.trials.length} trials expects.
      </Text>
      {explanation.random !== null && <Text size="sm">{replaySentences(objective, explanation.random)}</Text>}
    </Section>
  );
}
