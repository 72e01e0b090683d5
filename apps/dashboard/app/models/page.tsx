import type { Metadata } from 'next';
import { Models } from './Models';

export const metadata: Metadata = { title: 'Models' };

export default function ModelsPage() {
  return <Models />;
}
