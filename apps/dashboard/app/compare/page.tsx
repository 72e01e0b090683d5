import type { Metadata } from 'next';
import { Compare } from './Compare';

export const metadata: Metadata = { title: 'Compare' };

interface ComparePageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export default async function ComparePage({ searchParams }: ComparePageProps) {
  const { of = [] } = await searchParams;
  return <Compare asked={typeof of === 'string' ? [of] : of} />;
}
