import { Anchor, Table, Text } from '@mantine/core';
import Link from 'next/link';
import type { StudyItem } from '../../server/api';
import { duration, moment, objectiveText } from '../../format';
import { State } from '../State';
import { Head, right } from '../Head';

/** Lists studies; state and score follow the name, where a phone shows them. */
export function StudyTable({ studies }: { readonly studies: readonly StudyItem[] }) {
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table highlightOnHover>
        <Head
          columns={[
            'Study',
            'State',
            right('Best on validation'),
            right('Trials'),
            right('Duration'),
            'Started',
          ]}
        />
        <Table.Tbody>
          {studies.map((study) => (
            <Table.Tr key={study.id}>
              <Table.Td>
                <Anchor component={Link} href={`/studies/${study.id}`}>
                  {study.name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <State state={study.state} />
                {study.waitsFor !== null && <Text size="xs">{study.waitsFor}</Text>}
              </Table.Td>
              <Table.Td ta="right">{objectiveText(study.bestObjective, study.objective)}</Table.Td>
              <Table.Td ta="right">{study.trials}</Table.Td>
              <Table.Td ta="right">{duration(study.elapsed)}</Table.Td>
              <Table.Td>{moment(study.createdAt)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
