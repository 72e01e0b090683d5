import type { Metadata } from 'next';
import { Studies } from './Studies';

export const metadata: Metadata = { title: 'Studies' };

export default function StudiesPage() {
  return <Studies />;
}
