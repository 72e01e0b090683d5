import type { Metadata } from 'next';
import { Invite } from './Invite';

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' };

export default async function InvitePage({
  params,
}: {
  readonly params: Promise<{ readonly token: string }>;
}) {
  return <Invite token={(await params).token} />;
}
