import type { Metadata } from 'next';
import { Backbones } from './Backbones';

export const metadata: Metadata = { title: 'Backbones' };

export default function BackbonesPage() {
  return <Backbones />;
}
