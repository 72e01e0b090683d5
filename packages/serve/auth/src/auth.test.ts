import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInvitation, createReset, newKey } from './index.js';
import { admin, browser, PASSWORD, serveAuth, setUpTeam, TOKEN, type TestServer } from './testing/servers.js';

let server: TestServer;
beforeAll(async () => {
  server = await serveAuth();
});
beforeEach(() => server.empty());
afterAll(() => server.close());

const credentials = { email: admin.email, password: PASSWORD };

async function invite(email: string, role: string, expiresAt = new Date(Date.now() + 60_000)) {
  const { client } = server.database;
  const inviter = await client.user.findUniqueOrThrow({ where: { email: admin.email } });
  const { id: organizationId } = await client.organization.findUniqueOrThrow({ where: { slug: 'local' } });
  return createInvitation(client, { organizationId, email, role, expiresAt, inviterId: inviter.id });
}

describe('the setup', () => {
  it('makes the first admin with the token, once', async () => {
    const guest = browser(server.url);
    const asked = { organization: 'Lab', ...admin };
    expect((await guest.post('/api/auth/team/setup', { ...asked, token: 'guessed' })).status).toBe(403);
    expect((await guest.get('/access')).body).toBeNull();
    const ada = await setUpTeam(server.url);
    const { organization } = server.database.client;
    const lab = await organization.findUniqueOrThrow({ where: { slug: 'local' } });
    expect(lab.name).toBe('Lab');
    expect((await ada.get('/access')).body).toMatchObject({ organizationId: lab.id, role: 'admin' });
    const again = await guest.post('/api/auth/team/setup', {
      ...asked,
      token: TOKEN,
      email: 'eve@example.org',
    });
    expect(again).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('already set up') },
    });
    expect(await server.database.client.user.count()).toBe(1);
  });

  it('is done once, however many try at the same time', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map((i) =>
        browser(server.url).post('/api/auth/team/setup', {
          token: TOKEN,
          organization: 'Lab',
          ...admin,
          email: `ada${i}@example.org`,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('refuses short passwords and what is no e-mail address', async () => {
    const guest = browser(server.url);
    for (const wrong of [{ password: 'short' }, { email: 'ada' }, { name: '' }, { organization: 'a\0b' }]) {
      const body = { token: TOKEN, organization: 'Lab', ...admin, ...wrong };
      expect((await guest.post('/api/auth/team/setup', body)).status).toBe(400);
    }
  });
});

describe('sign-in', () => {
  it('by e-mail and password sets a cookie that scripts and other sites do not get', async () => {
    await setUpTeam(server.url);
    const ada = browser(server.url);
    const answer = await ada.post('/api/auth/sign-in/email', credentials);
    expect(answer.status).toBe(200);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^espalier\.session_token=/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/; Secure/);
    expect((await ada.get('/access')).body).toMatchObject({ role: 'admin' });
  });

  it('says the same of a wrong password and an unknown person', async () => {
    await setUpTeam(server.url);
    const guest = browser(server.url);
    const wrong = await guest.post('/api/auth/sign-in/email', { ...credentials, password: 'wrong password' });
    const unknown = await guest.post('/api/auth/sign-in/email', { ...credentials, email: 'eve@example.org' });
    expect(wrong.status).toBe(401);
    expect(unknown).toMatchObject({ status: 401, body: wrong.body });
  });

  it('ends with sign-out, for a cookie that was copied too', async () => {
    const ada = await setUpTeam(server.url);
    const copied = new Map(ada.jar);
    expect((await ada.post('/api/auth/sign-out', {})).status).toBe(200);
    expect(ada.jar.size).toBe(0);
    const thief = browser(server.url);
    for (const [name, value] of copied) thief.jar.set(name, value);
    expect((await thief.get('/access')).body).toBeNull();
  });

  it('takes nothing from the page of another site', async () => {
    const ada = await setUpTeam(server.url);
    const foreign = { origin: 'http://evil.example' };
    for (const path of ['sign-out', 'sign-in/email', 'team/join', 'team/setup', 'change-password']) {
      expect((await ada.post(`/api/auth/${path}`, credentials, foreign)).status, path).toBe(403);
    }
    expect((await browser(server.url).post('/api/auth/sign-in/email', credentials, foreign)).status).toBe(
      403,
    );
    expect((await ada.get('/access')).body).toMatchObject({ role: 'admin' });
  });

  it('sends nobody to another site', async () => {
    await setUpTeam(server.url);
    const guest = browser(server.url);
    for (const callbackURL of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:x']) {
      const answer = await guest.post('/api/auth/sign-in/email', { ...credentials, callbackURL });
      expect(answer.status, callbackURL).toBe(403);
      expect(answer.headers.get('location')).toBeNull();
    }
  });

  it('cannot be done by making an account, an organisation or a member of oneself', async () => {
    const ada = await setUpTeam(server.url);
    const { organizationId } = (await ada.get('/access')).body ?? {};
    for (const path of [
      'sign-up/email',
      'organization/create',
      'organization/invite-member',
      'organization/update-member-role',
      'organization/remove-member',
      'organization/delete',
      'update-user',
      'delete-user',
    ]) {
      const body = { ...admin, organizationId, slug: 'x', role: 'viewer', memberIdOrEmail: admin.email };
      expect((await ada.post(`/api/auth/${path}`, body)).status, path).toBe(404);
    }
    expect(await server.database.client.organization.count()).toBe(1);
  });

  it('refuses bodies that are too large', async () => {
    const answer = await browser(server.url).post('/api/auth/sign-in/email', { email: 'x'.repeat(100_000) });
    expect(answer.status).toBe(413);
  });
});

it('a forgotten password is set anew by a link, once, which signs everybody else out', async () => {
  const ada = await setUpTeam(server.url);
  const { client } = server.database;
  const { id } = await client.user.findFirstOrThrow();
  const { token } = await createReset(client, id);
  const newPassword = 'another long password';
  const guest = browser(server.url);
  const reset = (body: object) => guest.post('/api/auth/reset-password', body);
  expect((await reset({ token: `${token}x`, newPassword })).status).toBe(400);
  expect((await reset({ token, newPassword: 'short' })).status).toBe(400);
  expect((await reset({ token, newPassword })).status).toBe(200);
  expect((await reset({ token, newPassword: 'yet another password' })).status).toBe(400);
  expect((await ada.get('/access')).body).toBeNull();
  expect((await ada.post('/api/auth/sign-in/email', credentials)).status).toBe(401);
  const changed = { ...credentials, password: newPassword };
  expect((await ada.post('/api/auth/sign-in/email', changed)).status).toBe(200);
  const late = await createReset(client, id);
  await client.verification.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect((await reset({ token: late.token, newPassword })).status).toBe(400);
});

describe('an invitation', () => {
  it('makes somebody new a member, once', async () => {
    await setUpTeam(server.url);
    const { token } = await invite('bob@example.org', 'member');
    const bob = browser(server.url);
    expect((await bob.get(`/api/auth/team/invitation?token=${token}`)).body).toEqual({
      organization: 'Lab',
      email: 'bob@example.org',
      role: 'member',
      hasAccount: false,
    });
    const account = { name: 'Bob', password: PASSWORD };
    expect((await bob.post('/api/auth/team/join', { token })).status).toBe(401);
    expect((await bob.post('/api/auth/team/join', { token, account })).status).toBe(200);
    expect((await bob.get('/access')).body).toMatchObject({ role: 'member' });
    expect((await browser(server.url).post('/api/auth/team/join', { token, account })).status).toBe(404);
    expect((await bob.get(`/api/auth/team/invitation?token=${token}`)).status).toBe(404);
  });

  it('is for whom it was written, and ends', async () => {
    const ada = await setUpTeam(server.url);
    const account = { name: 'Bob', password: PASSWORD };
    const late = await invite('bob@example.org', 'member', new Date(Date.now() - 1));
    expect(
      (await browser(server.url).post('/api/auth/team/join', { token: late.token, account })).status,
    ).toBe(404);
    const { token } = await invite('bob@example.org', 'member');
    expect((await ada.post('/api/auth/team/join', { token })).status).toBe(403);
    // What failed used nothing up.
    expect((await browser(server.url).post('/api/auth/team/join', { token, account })).status).toBe(200);
    const other = await invite('bob@example.org', 'admin');
    const stolen = await browser(server.url).post('/api/auth/team/join', { token: other.token, account });
    expect(stolen).toMatchObject({ status: 409 });
  });

  it('brings a person into another organisation, which becomes the active one', async () => {
    const ada = await setUpTeam(server.url);
    const { client } = server.database;
    const { id: organizationId } = await client.organization.create({ data: { name: 'B', slug: 'b' } });
    const inviter = await client.user.findUniqueOrThrow({ where: { email: admin.email } });
    const invited = await createInvitation(client, {
      ...{ organizationId, email: admin.email, role: 'viewer', inviterId: inviter.id },
    });
    const first = (await ada.get('/access')).body;
    const { token } = await createReset(client, inviter.id);
    expect((await ada.post('/api/auth/team/join', { token: invited.token })).status).toBe(200);
    // An admin of the first organisation gets into the second by no link made before.
    const reset = { token, newPassword: 'another long password' };
    expect((await ada.post('/api/auth/reset-password', reset)).status).toBe(400);
    expect((await ada.get('/access')).body).toMatchObject({ organizationId, role: 'viewer' });
    const back = { organizationId: first?.['organizationId'] };
    expect((await ada.post('/api/auth/organization/set-active', back)).status).toBe(200);
    expect((await ada.get('/access')).body).toEqual(first);
    await client.member.deleteMany({ where: { organizationId } });
    expect((await ada.post('/api/auth/organization/set-active', { organizationId })).status).toBe(403);
    expect((await ada.get('/access')).body).toEqual(first);
  });
});

describe('a key', () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  async function makeKey(parts: { readonly role?: string; readonly expiresAt?: Date } = {}) {
    await setUpTeam(server.url);
    const { key, hash, start } = newKey();
    const { organizationId, userId } = await server.database.client.member.findFirstOrThrow();
    const row = await server.database.client.apiKey.create({
      data: { organizationId, userId, name: 'CI', hash, start, role: 'member', ...parts },
    });
    return { key, row };
  }
  const accessBy = async (key: string) => (await browser(server.url).get('/access', bearer(key))).body;

  it('is 32 random bytes, and acts for its person in its organisation', async () => {
    const { key, row } = await makeKey();
    expect(key).toMatch(/^esp_[\w-]{43}$/);
    expect(JSON.stringify(row)).not.toContain(key);
    const { organizationId, userId } = row;
    expect(await accessBy(key)).toEqual({ organizationId, userId, keyId: row.id, role: 'member' });
    const { lastUsedAt } = await server.database.client.apiKey.findUniqueOrThrow({ where: { id: row.id } });
    expect(lastUsedAt).not.toBeNull();
  });

  it('is refused when it has expired, was revoked, is another, or its person is gone', async () => {
    const { key, row } = await makeKey({ expiresAt: new Date(Date.now() + 60_000) });
    expect(await accessBy(key)).not.toBeNull();
    const { apiKey, member } = server.database.client;
    for (const wrong of [`${key}x`, key.slice(0, -1), newKey().key, 'esp_', row.hash, '%00']) {
      expect(await accessBy(wrong), wrong).toBeNull();
    }
    await apiKey.update({ where: { id: row.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await accessBy(key)).toBeNull();
    await apiKey.update({ where: { id: row.id }, data: { expiresAt: null } });
    expect(await accessBy(key)).not.toBeNull();
    await member.updateMany({ data: { role: 'viewer' } });
    expect(await accessBy(key)).toMatchObject({ role: 'viewer' });
    await member.deleteMany({});
    expect(await accessBy(key)).toBeNull();
    await apiKey.delete({ where: { id: row.id } });
    expect(await accessBy(key)).toBeNull();
  });

  it('does not fall back on the cookie of who sends it', async () => {
    const ada = await setUpTeam(server.url);
    expect((await ada.get('/access', bearer('esp_wrong'))).body).toBeNull();
    expect((await ada.get('/access', { authorization: 'Basic YTpi' })).body).toBeNull();
  });
});

it('keeps of links what lets nobody in', async () => {
  await setUpTeam(server.url);
  const { client } = server.database;
  const invitation = await invite('bob@example.org', 'member');
  const { id: userId } = await client.user.findFirstOrThrow();
  const reset = await createReset(client, userId);
  const kept = JSON.stringify([await client.invitation.findMany(), await client.verification.findMany()]);
  expect(kept).not.toContain(invitation.token);
  expect(kept).not.toContain(reset.token);
  const [row] = await client.invitation.findMany();
  const [verification] = await client.verification.findMany();
  const guest = browser(server.url);
  for (const token of [row?.id ?? '', row?.tokenHash ?? '']) {
    const { status } = await guest.get(`/api/auth/team/invitation?token=${token}`);
    expect([400, 404]).toContain(status);
  }
  const identifier = verification?.identifier ?? '';
  for (const token of [identifier, identifier.slice(identifier.indexOf(':') + 1)]) {
    const asked = { token, newPassword: 'another long password' };
    expect((await guest.post('/api/auth/reset-password', asked)).status).toBe(400);
  }
});

it('writes down who signed in, set up and joined', async () => {
  await setUpTeam(server.url);
  const { token } = await invite('bob@example.org', 'member');
  await browser(server.url).post('/api/auth/team/join', {
    token,
    account: { name: 'Bob', password: PASSWORD },
  });
  const rows = await server.database.client.auditEntry.findMany({ orderBy: { createdAt: 'asc' } });
  expect(rows.map(({ action }) => action)).toEqual([
    'team.setup',
    'session.create',
    'team.join',
    'session.create',
  ]);
  expect(rows.map(({ address }) => address)).toEqual(rows.map(() => '127.0.0.1'));
  expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  expect(server.failures).toEqual([]);
});
