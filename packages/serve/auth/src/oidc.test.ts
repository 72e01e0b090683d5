import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInvitation } from './index.js';
import { admin, browser, PASSWORD, serveAuth, setUpTeam, type TestServer } from './testing/servers.js';

interface Claims {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly aud?: string;
}

const provider = new OAuth2Server();
let server: TestServer;
let claims: Claims;
beforeAll(async () => {
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
  provider.service.on('beforeTokenSigning', (token: { payload: object }) => {
    Object.assign(token.payload, { aud: 'espalier', name: 'Bob', ...claims });
  });
  const issuer = provider.issuer.url ?? '';
  server = await serveAuth({ oidc: { issuer, clientId: 'espalier', clientSecret: 'secret' } });
});
beforeEach(() => server.empty());
afterAll(async () => {
  await server.close();
  await provider.stop();
});

const bobsClaims = { sub: 'bob', email: 'Bob@example.org', email_verified: true };

/** Goes to the provider and comes back; gives the browser, and where it stands then. */
async function signInBy(given: Claims, callbackURL = '/studies') {
  claims = given;
  const guest = browser(server.url);
  const asked = { provider: 'oidc', callbackURL, errorCallbackURL: '/sign-in', disableRedirect: true };
  const { status, body } = await guest.post('/api/auth/sign-in/social', asked);
  if (status !== 200) return { guest, status, location: null };
  const there = await fetch(String(body?.['url']), { redirect: 'manual' });
  const back = new URL(there.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe(`${server.url}/api/auth/callback/oidc`);
  const answer = await guest.get(`${back.pathname}${back.search}`);
  return { guest, status: answer.status, location: answer.headers.get('location'), back };
}

async function invite(email: string): Promise<string> {
  const { client } = server.database;
  const { userId: inviterId, organizationId } = await client.member.findFirstOrThrow();
  const expiresAt = new Date(Date.now() + 60_000);
  const start = { organizationId, email, role: 'member', expiresAt, inviterId };
  return (await createInvitation(client, start)).token;
}

describe('single sign-on', () => {
  it('lets in who is invited, who joins then and comes back any time', async () => {
    await setUpTeam(server.url);
    const token = await invite('bob@example.org');
    const { guest, location } = await signInBy(bobsClaims, `/invite/${token}`);
    expect(location).toBe(`/invite/${token}`);
    expect((await guest.get('/access')).body).toBeNull();
    expect((await guest.post('/api/auth/team/join', { token })).status).toBe(200);
    expect((await guest.get('/access')).body).toMatchObject({ role: 'member' });
    const again = await signInBy(bobsClaims);
    expect(again.location).toBe('/studies');
    expect((await again.guest.get('/access')).body).toMatchObject({ role: 'member' });
    expect(await server.database.client.user.count()).toBe(2);
  });

  it('makes no account for who is not invited, whose address is not verified, or for another server', async () => {
    await setUpTeam(server.url);
    await invite('bob@example.org');
    for (const wrong of [
      { ...bobsClaims, email: 'eve@example.org' },
      { ...bobsClaims, email_verified: false },
      { ...bobsClaims, aud: 'another-client' },
    ]) {
      const { guest, location } = await signInBy(wrong);
      expect(location, JSON.stringify(wrong)).toMatch(/^\/sign-in\?error=/);
      expect(guest.jar.has('espalier.session_token')).toBe(false);
    }
    expect(await server.database.client.user.count()).toBe(1);
  });

  it('takes over no account that has a password', async () => {
    await setUpTeam(server.url);
    const { guest, location } = await signInBy({ ...bobsClaims, email: admin.email });
    expect(location).toMatch(/^\/sign-in\?error=/);
    expect((await guest.get('/access')).body).toBeNull();
    const ada = browser(server.url);
    const answer = await ada.post('/api/auth/sign-in/email', { email: admin.email, password: PASSWORD });
    expect(answer.status).toBe(200);
  });

  it('sends nobody to another site, and cannot be finished by another browser', async () => {
    await setUpTeam(server.url);
    await invite('bob@example.org');
    expect(await signInBy(bobsClaims, 'https://evil.example')).toMatchObject({ status: 403, location: null });
    const { back } = await signInBy(bobsClaims);
    const victim = browser(server.url);
    await victim.get(`${back?.pathname}${back?.search}`);
    expect(victim.jar.has('espalier.session_token')).toBe(false);
  });
});
