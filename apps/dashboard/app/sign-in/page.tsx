import type { Metadata } from 'next';
import { SignIn } from './SignIn';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({
  searchParams,
}: {
  readonly searchParams: Promise<{ readonly error?: string | string[] }>;
}) {
  return <SignIn failed={(await searchParams).error !== undefined} />;
}
