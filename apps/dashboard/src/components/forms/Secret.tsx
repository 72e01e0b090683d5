'use client';

import { Button, CopyButton, Group, TextInput } from '@mantine/core';

interface SecretProps {
  readonly label: string;
  readonly value: string;
}

/** Shows a text with a copy button; users copy it by hand where the browser forbids the button. */
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
