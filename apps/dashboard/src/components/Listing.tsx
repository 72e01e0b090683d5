import { Button, Skeleton, Stack, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { Head, type Column } from './Head';
import { Failed, Stale, type ShownError } from './Message';

interface ListingProps<T> {
  /** Undefined while they are loading. */
  readonly items: readonly T[] | undefined;
  readonly error: ShownError | null;
  readonly columns: readonly Column[];
  readonly row: (item: T) => ReactNode;
  /** Shown in place of an empty list. */
  readonly empty: ReactNode;
  readonly hasNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

/** Shows a paged list as a table. */
export function Listing<T>({
  items,
  error,
  columns,
  row,
  empty,
  hasNextPage,
  fetchNextPage,
}: ListingProps<T>) {
  if (items === undefined && error !== null) return <Failed error={error} />;
  if (items === undefined) return <Skeleton height={200} role="status" aria-label="Loading" />;
  if (items.length === 0) return empty;
  return (
    <Stack>
      {error !== null && <Stale />}
      <Table.ScrollContainer minWidth={500}>
        <Table>
          <Head columns={columns} />
          <Table.Tbody>{items.map(row)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" onClick={() => void fetchNextPage()}>
          More
        </Button>
      )}
    </Stack>
  );
}
