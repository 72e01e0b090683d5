import type { Metadata } from 'next';
import { ModelView } from './ModelView';

export const metadata: Metadata = { title: 'Model' };

export default async function ModelPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <ModelView id={(await params).id} />;
}
