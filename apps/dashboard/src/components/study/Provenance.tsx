import { Table } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { Section } from '../Section';

/** Says which examples chose what in a finished study. */
export function Provenance({ report }: { readonly report: StudyReport }) {
  if (report.provenance.length === 0) return null;
  return (
    <Section title="Which examples chose what">
      <Table.ScrollContainer minWidth={500}>
        <Table aria-label="Which examples chose what">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">What</Table.Th>
              <Table.Th scope="col">By</Table.Th>
              <Table.Th scope="col" ta="right">
                Examples
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.provenance.map(({ what, by, examples }) => (
              <Table.Tr key={what}>
                <Table.Td>{what}</Table.Td>
                <Table.Td>{by}</Table.Td>
                <Table.Td ta="right">{examples.toLocaleString('en-US')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
