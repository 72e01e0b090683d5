'use client';

import { SimpleGrid, Text, TextInput } from '@mantine/core';
import type { ReadOptions } from '../../src/api';

const columns = {
  labelColumn: 'Classes',
  textColumn: 'Texts',
  imageColumn: 'Paths of pictures',
  audioColumn: 'Paths of recordings',
  groupColumn: 'What stays in one split',
} as const satisfies Record<keyof ReadOptions, string>;

interface ColumnsProps {
  readonly options: ReadOptions;
  readonly onChange: (options: ReadOptions) => void;
}

/** Which columns of a table mean what, for those whose names do not say it. */
export function Columns({ options, onChange }: ColumnsProps) {
  const change = (key: keyof ReadOptions, name: string): void => {
    const changed = Object.entries({ ...options, [key]: name });
    onChange(Object.fromEntries(changed.filter(([, column]) => column !== '')));
  };
  return (
    <details>
      <Text component="summary" size="sm">
        Columns of a table, where their names do not tell
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} mt="xs">
        {(Object.keys(columns) as (keyof ReadOptions)[]).map((key) => (
          <TextInput
            key={key}
            size="xs"
            label={columns[key]}
            value={options[key] ?? ''}
            onChange={(event) => change(key, event.currentTarget.value)}
          />
        ))}
      </SimpleGrid>
    </details>
  );
}
