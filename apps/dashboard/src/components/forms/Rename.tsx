'use client';

import { Button, Modal, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Form } from './Form';

interface RenameProps {
  readonly name: string;
  readonly action: (name: string) => Promise<unknown>;
}

/** A button that opens a form for a new name. */
export function Rename({ name, action }: RenameProps) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={open}>
        Rename
      </Button>
      <Modal opened={opened} onClose={close} title={`Rename ${name}`} centered>
        <Form label="Save the name" onSubmit={({ name: wanted = '' }) => action(wanted).then(close)}>
          <TextInput name="name" label="Name" defaultValue={name} maxLength={100} required data-autofocus />
        </Form>
      </Modal>
    </>
  );
}
