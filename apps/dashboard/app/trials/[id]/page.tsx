import type { Metadata } from 'next';
import { TrialView } from './TrialView';

export const metadata: Metadata = { title: 'Trial' };

export default async function TrialPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <TrialView id={(await params).id} />;
}
