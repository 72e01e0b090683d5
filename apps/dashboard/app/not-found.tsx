'use client';

import { Anchor, Group } from '@mantine/core';
import Link from 'next/link';
import { Empty } from '../src/components/Message';

const places = [
  { href: '/studies', label: 'All studies' },
  { href: '/datasets', label: 'All datasets' },
  { href: '/models', label: 'All models' },
] as const;

export default function NotFound() {
  return (
    <>
      <Empty title="Page not found" order={1}>
        Check the address, or open one of the lists.
      </Empty>
      <Group justify="center">
        {places.map(({ href, label }) => (
          <Anchor key={href} component={Link} href={href}>
            {label}
          </Anchor>
        ))}
      </Group>
    </>
  );
}
