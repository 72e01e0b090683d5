/** Minimum length of a password; the server checks it. */
export const FEWEST_CHARACTERS = 12;

/** Pages that need no sign-in. */
export const isOpenPage = (path: string): boolean => /^\/(sign-in|setup|invite|reset)(\/|$)/.test(path);

/** Returns the page of this site to continue with; anything else becomes the first page. */
export function nextPage(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  // `//host` and `/\host` lead to other sites.
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/studies';
}

export const signInPage = (path: string): string => `/sign-in?next=${encodeURIComponent(path)}`;

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`/api/auth/${path}`, init);
  const body = (await response.json().catch(() => ({}))) as T & { readonly message?: string };
  if (response.ok) return body;
  if (response.status === 429) {
    throw new Error(
      `Too many attempts. Try again in ${response.headers.get('retry-after') ?? 'some'} seconds.`,
    );
  }
  throw new Error(body.message ?? `The server answered with status ${response.status}.`);
}

/** Sends a request to the server's sign-in. */
export const askAuth = <T>(path: string): Promise<T> => ask(path, {});

export const postAuth = <T>(path: string, body: object): Promise<T> =>
  ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Opens the single sign-on provider, which returns to a page of this site. */
export async function leaveForSingleSignOn(next: string): Promise<void> {
  const { url } = await postAuth<{ readonly url: string }>('sign-in/social', {
    provider: 'oidc',
    callbackURL: next,
    errorCallbackURL: '/sign-in',
    disableRedirect: true,
  });
  window.location.assign(url);
}
