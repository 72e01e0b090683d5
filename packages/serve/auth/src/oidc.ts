import { AuthError } from './errors.js';

/** A provider of single sign-on, by OpenID Connect. */
export interface Oidc {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const names = ['ESPALIER_OIDC_ISSUER', 'ESPALIER_OIDC_CLIENT_ID', 'ESPALIER_OIDC_CLIENT_SECRET'] as const;

/**
 * The provider that the environment names; null where it names none.
 *
 * @throws AuthError where a part of it is missing, or its address is not safe
 */
export function oidcOf(env: Readonly<Record<string, string | undefined>> = process.env): Oidc | null {
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length) return null;
  const [issuer = '', clientId = '', clientSecret = ''] = names.map((name) => env[name]);
  if (missing.length > 0) {
    throw new AuthError(
      `single sign-on needs ${names.join(', ')} together; set ${missing.join(' and ')}, or none of them`,
    );
  }
  if (!isSafe(issuer)) {
    throw new AuthError(
      'ESPALIER_OIDC_ISSUER is not an https address; give the issuer address of your provider',
    );
  }
  return { issuer: issuer.replace(/\/$/, ''), clientId, clientSecret };
}

/** By plain http, only a provider of this machine. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname));
}
