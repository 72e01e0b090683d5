import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FEWEST_CHARACTERS } from '../../server/signIn';
import { Problem } from '../Message';

interface FormProps {
  readonly label: string;
  /** Typed values by the fields' names. */
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly children: ReactNode;
}

/** A form with a button, which shows why it was refused. */
export function Form({ label, onSubmit, children }: FormProps) {
  const { mutate, error, isPending } = useMutation({ mutationFn: onSubmit });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const entries = [...new FormData(event.currentTarget)];
        mutate(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])));
      }}
    >
      <Stack>
        {children}
        {error !== null && <Problem error={error} />}
        <Button type="submit" loading={isPending}>
          {label}
        </Button>
      </Stack>
    </form>
  );
}

export const NameField = () => <TextInput name="name" label="Your name" autoComplete="name" required />;
export const EmailField = () => (
  <TextInput name="email" type="email" label="E-mail" autoComplete="username" required />
);
export const PasswordField = () => (
  <PasswordInput name="password" label="Password" autoComplete="current-password" required />
);
export const NewPasswordField = ({ name = 'password' }: { readonly name?: string }) => (
  <PasswordInput
    name={name}
    label="New password"
    description={`At least ${FEWEST_CHARACTERS} characters`}
    autoComplete="new-password"
    minLength={FEWEST_CHARACTERS}
    required
  />
);
