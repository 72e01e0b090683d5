import type { Metadata } from 'next';
import { DatasetView } from './DatasetView';

export const metadata: Metadata = { title: 'Dataset' };

export default async function DatasetPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <DatasetView id={(await params).id} />;
}
