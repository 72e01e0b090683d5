'use client';

import { Anchor } from '@mantine/core';
import Link from 'next/link';
import { Empty } from '../src/components/Message';

export default function NotFound() {
  return (
    <Empty title="There is nothing here" order={1}>
      <Anchor component={Link} href="/studies">
        All studies
      </Anchor>
    </Empty>
  );
}
