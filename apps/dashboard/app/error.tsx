'use client';

import { Failed } from '../src/components/Message';

export default function ErrorPage({ error }: { readonly error: Error }) {
  return <Failed error={error} />;
}
