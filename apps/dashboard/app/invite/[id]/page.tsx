import type { Metadata } from 'next';
import { Invite } from './Invite';

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' };

export default async function InvitePage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <Invite id={(await params).id} />;
}
