import type { Metadata } from 'next';
import { Setup } from './Setup';

export const metadata: Metadata = { title: 'Setup' };

export default function SetupPage() {
  return <Setup />;
}
