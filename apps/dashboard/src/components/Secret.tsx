'use client';

import { Button, CopyButton, Group, TextInput } from '@mantine/core';

interface SecretProps {
  readonly label: string;
  readonly value: string;
}

/** A text to be copied by a button, or by hand where the browser lets no button do it. */
export function Secret({ label, value }: SecretProps) {
  return (
    <Group align="flex-end" wrap="nowrap">
      <TextInput
        label={label}
        value={value}
        readOnly
        flex={1}
        styles={{ input: { fontFamily: 'monospace' } }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={value}>
        {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
      </CopyButton>
    </Group>
  );
}
