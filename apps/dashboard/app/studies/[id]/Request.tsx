import { Anchor, Table, Text } from '@mantine/core';
import Link from 'next/link';
import type { Study } from '../../../src/server/api';
import { inWords } from '../../../src/request/request';
import { useOffer } from '../../../src/server/useOffer';
import { Section } from '../../../src/components/Section';
import { useAdded } from '../../../src/server/useAdded';

/** Until the server has said what there is, everything goes by its name. */
const UNKNOWN = { dimensions: [], objectives: [], costs: [], titles: { samplers: {}, pruners: {} } };

/** Shows the request of a study: its dataset and settings. */
export function Request({ study: { asked, dataset, projectId } }: { readonly study: Study }) {
  const { data: added = [] } = useAdded(projectId);
  const { data: offer = UNKNOWN } = useOffer();
  if (asked === null && dataset === null) return null;
  return (
    <Section title="Request">
      {dataset !== null && (
        <Text size="sm">
          Dataset:{' '}
          <Anchor component={Link} href={`/datasets/${dataset.id}`}>
            {dataset.name}
          </Anchor>
        </Text>
      )}
      {dataset === null && asked !== null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          Dataset: {asked.dataset.path}
        </Text>
      )}
      {asked !== null && (
        <details>
          <Text component="summary" size="sm">
            Settings
          </Text>
          <Table withRowBorders={false} w="auto" verticalSpacing={2}>
            <Table.Tbody>
              {inWords(asked, added, offer).map(([name, text]) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{text}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </Section>
  );
}
