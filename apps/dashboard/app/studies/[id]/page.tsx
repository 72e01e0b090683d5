import type { Metadata } from 'next';
import { StudyView } from './StudyView';

export const metadata: Metadata = { title: 'Study' };

export default async function StudyPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <StudyView id={(await params).id} />;
}
