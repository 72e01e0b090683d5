import { Table } from '@mantine/core';

interface NumberColumn {
  readonly right: string;
}

/** A column of text, or one of numbers. */
export type Column = string | NumberColumn;

/** Makes a column of numbers, aligned to the right. */
export const right = (name: string): NumberColumn => ({ right: name });

/** Renders the header row of a table. */
export function Head({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {columns.map((column, i) =>
          typeof column === 'string' ? (
            <Table.Th key={i} scope="col">
              {column}
            </Table.Th>
          ) : (
            <Table.Th key={i} scope="col" ta="right">
              {column.right}
            </Table.Th>
          ),
        )}
      </Table.Tr>
    </Table.Thead>
  );
}
