'use client';

import { Anchor, Button, Skeleton, Stack, Table, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { api } from '../../src/api';
import { Empty, Failed } from '../../src/components/Message';
import { moment, percent } from '../../src/format';
import { Head, right } from '../../src/components/Head';

export function Models() {
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['models'],
    queryFn: ({ pageParam }) => api.models.list.query({ cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (data === undefined && error !== null) return <Failed error={error} />;
  if (data === undefined) return <Skeleton height={200} role="status" aria-label="Loading" />;
  const items = data.pages.flatMap((page) => page.items);
  return (
    <Stack>
      <Title order={1}>Models</Title>
      {items.length === 0 ? (
        <Empty title="No models yet">A finished study leaves its best model here.</Empty>
      ) : (
        <Table.ScrollContainer minWidth={500}>
          <Table highlightOnHover>
            <Head columns={['Model', right('Test accuracy'), 'Study', 'Licence', 'Created']} />
            <Table.Tbody>
              {items.map(({ id, name, studyId, studyName, testAccuracy, licence, createdAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Anchor component={Link} href={`/models/${id}`}>
                      {name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td ta="right">{percent(testAccuracy)}</Table.Td>
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
