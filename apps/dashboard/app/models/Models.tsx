'use client';

import { Anchor, Button, Skeleton, Stack, Table, Title } from '@mantine/core';
import Link from 'next/link';
import { useTRPC } from '../../src/server/api';
import { Empty, Failed } from '../../src/components/Message';
import { moment, objectiveText } from '../../src/format';
import { Head, right } from '../../src/components/Head';
import { paged, usePages } from '../../src/server/usePages';

export function Models() {
  const { items, error, hasNextPage, fetchNextPage } = usePages(
    useTRPC().models.list.infiniteQueryOptions({}, paged),
  );
  if (items === undefined && error !== null) return <Failed error={error} />;
  if (items === undefined) return <Skeleton height={200} role="status" aria-label="Loading" />;
  return (
    <Stack>
      <Title order={1}>Models</Title>
      {items.length === 0 ? (
        <Empty title="No models yet">A finished study leaves its best model here.</Empty>
      ) : (
        <Table.ScrollContainer minWidth={500}>
          <Table highlightOnHover>
            <Head columns={['Model', 'Metric', right('Test'), 'Study', 'Licence', 'Created']} />
            <Table.Tbody>
              {items.map(({ id, name, studyId, studyName, test, licence, createdAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Anchor component={Link} href={`/models/${id}`}>
                      {name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{test?.metric.label ?? '–'}</Table.Td>
                  <Table.Td ta="right">
                    {test === null ? '–' : objectiveText(test.value, test.metric)}
                  </Table.Td>
                  <Table.Td>
                    {studyId !== null && (
                      <>
                        <Anchor component={Link} href={`/studies/${studyId}`}>
                          {studyName}
                        </Anchor>
                        {', '}
                        <Anchor
                          component={Link}
                          href={`/compare?of=${studyId}`}
                          aria-label={`Compare ${name}`}
                          size="sm"
                        >
                          compare
                        </Anchor>
                      </>
                    )}
                  </Table.Td>
                  <Table.Td>{licence}</Table.Td>
                  <Table.Td>{moment(createdAt)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {hasNextPage && (
        <Button variant="default" onClick={() => void fetchNextPage()}>
          Older models
        </Button>
      )}
    </Stack>
  );
}
