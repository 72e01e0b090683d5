import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Wizard } from './Wizard';

export const metadata: Metadata = { title: 'New study' };

export default function NewStudyPage() {
  return (
    <Suspense>
      <Wizard />
    </Suspense>
  );
}
