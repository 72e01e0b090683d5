import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  addressOf,
  AuthError,
  authSecret,
  createLimits,
  oidcOf,
  setupToken,
  TooManyError,
  trustedProxies,
} from './index.js';
import { admin, browser, PASSWORD, serveAuth, setUpTeam, temporaryFolder } from './testing/servers.js';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

const much = { points: 1000, seconds: 60 };
const credentials = { email: admin.email, password: PASSWORD };

describe('guessing', () => {
  it('from one address is stopped, and says for how long', async () => {
    const server = await serveAuth({
      rules: { address: { points: 3, seconds: 60 }, email: much, everywhere: much },
    });
    ended.push(server.close);
    const guest = browser(server.url);
    const statuses: number[] = [];
    // What a client says of its address counts only as that of a proxy's own client.
    const spoofed = { 'x-espalier-address': `203.0.113.9` };
    for (let i = 0; i < 5; i++) {
      const answer = await guest.post(
        '/api/auth/sign-in/email',
        { ...credentials, password: `${i}` },
        spoofed,
      );
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const elsewhere = { 'x-forwarded-for': '198.51.100.7' };
    expect((await guest.post('/api/auth/sign-in/email', credentials, elsewhere)).status).toBe(401);
  });

  it('of one password is stopped wherever it comes from, and begins anew after a sign-in', async () => {
    const server = await serveAuth({
      rules: { address: much, email: much, everywhere: { points: 3, seconds: 60 } },
    });
    ended.push(server.close);
    await setUpTeam(server.url);
    let address = 0;
    const attempt = async (password: string, email = admin.email): Promise<number> => {
      const from = { 'x-forwarded-for': `198.51.100.${++address}` };
      return (await browser(server.url).post('/api/auth/sign-in/email', { email, password }, from)).status;
    };
    expect(await attempt('wrong')).toBe(401);
    expect(await attempt(PASSWORD)).toBe(200);
    for (let i = 0; i < 3; i++) expect(await attempt('wrong', 'ADA@example.org')).toBe(401);
    expect(await attempt(PASSWORD)).toBe(429);
    expect(await attempt('wrong', 'bob@example.org')).toBe(401);
  });

  it('from elsewhere locks nobody out', async () => {
    const rules = {
      address: much,
      email: { points: 5, seconds: 60 },
      everywhere: { points: 30, seconds: 60 },
    };
    const server = await serveAuth({ rules });
    ended.push(server.close);
    const at = (address: string) => ({ 'x-forwarded-for': address });
    const attempt = async (password: string, address: string): Promise<number> =>
      (await browser(server.url).post('/api/auth/sign-in/email', { ...credentials, password }, at(address)))
        .status;
    await setUpTeam(server.url);
    expect(await attempt(PASSWORD, '192.0.2.1')).toBe(200);
    // From one address, twenty times.
    for (let i = 0; i < 20; i++) {
      expect(await attempt('a wrong password', '203.0.113.5')).toBe(i < 5 ? 401 : 429);
    }
    expect(await attempt(PASSWORD, '198.51.100.7')).toBe(200);
    // From so many that nobody new gets in for a while, which the person at a known address does.
    for (let i = 0; i < 30; i++) await attempt('a wrong password', `203.0.113.${10 + i}`);
    expect(await attempt(PASSWORD, '198.51.100.8')).toBe(429);
    expect(await attempt(PASSWORD, '198.51.100.7')).toBe(200);
    expect(await attempt(PASSWORD, '192.0.2.1')).toBe(200);
  });

  it('of a setup token is stopped', async () => {
    const server = await serveAuth({
      rules: { address: { points: 2, seconds: 60 }, email: much, everywhere: much },
    });
    ended.push(server.close);
    const setup = { token: 'guess', organization: 'Lab', ...admin };
    const guess = () => browser(server.url).post('/api/auth/team/setup', setup);
    expect([await guess(), await guess(), await guess()].map(({ status }) => status)).toEqual([
      403, 403, 429,
    ]);
  });
});

it('cookies of an https server are secure', async () => {
  const url = 'https://espalier.example';
  const server = await serveAuth({ url });
  ended.push(server.close);
  const ada = browser(server.url);
  const body = { token: 'setup-token-of-a-test', organization: 'Lab', ...admin };
  const answer = await ada.post('/api/auth/team/setup', body, { origin: url });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-espalier\.session_token=.*; Secure/);
});

it('there is a setup token until there is somebody', async () => {
  const server = await serveAuth();
  ended.push(server.close);
  const [one, other] = [await setupToken(server.database), await setupToken(server.database)];
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(one).not.toBe(other);
  await setUpTeam(server.url);
  expect(await setupToken(server.database)).toBeNull();
});

describe('the secret', () => {
  it('is made once, for its owner alone', async () => {
    const { folder, remove } = temporaryFolder();
    ended.push(remove);
    const store = join(folder, 'store');
    const secrets = await Promise.all([1, 2, 3].map(() => authSecret(store, {})));
    expect(new Set(secrets).size).toBe(1);
    const path = join(store, 'secret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8').trim()).toBe(secrets[0]);
    chmodSync(path, 0o644);
    await expect(authSecret(store, {})).rejects.toThrow(/chmod 600/);
    writeFileSync(path, 'short\n');
    chmodSync(path, 0o600);
    await expect(authSecret(store, {})).rejects.toThrow(/does not contain a secret/);
  });

  it('may be given, unless it could be guessed', async () => {
    const { folder, remove } = temporaryFolder();
    ended.push(remove);
    const given = 'x'.repeat(32);
    expect(await authSecret(folder, { ESPALIER_SECRET: given })).toBe(given);
    await expect(authSecret(folder, { ESPALIER_SECRET: 'short' })).rejects.toThrow(AuthError);
    expect(existsSync(join(folder, 'secret'))).toBe(false);
    mkdirSync(join(folder, 'secret'));
    await expect(authSecret(folder, {})).rejects.toThrow();
  });
});

describe('single sign-on', () => {
  const whole = {
    ESPALIER_OIDC_ISSUER: 'https://id.example/realm/',
    ESPALIER_OIDC_CLIENT_ID: 'espalier',
    ESPALIER_OIDC_CLIENT_SECRET: 'secret',
  };

  it('is configured whole, by https, or not at all', () => {
    expect(oidcOf({})).toBeNull();
    expect(oidcOf(whole)).toMatchObject({ issuer: 'https://id.example/realm', clientId: 'espalier' });
    expect(() => oidcOf({ ...whole, ESPALIER_OIDC_CLIENT_SECRET: '' })).toThrow(
      /set ESPALIER_OIDC_CLIENT_SECRET, or none/,
    );
    for (const issuer of ['http://id.example', 'id.example', 'file:///etc/passwd']) {
      expect(() => oidcOf({ ...whole, ESPALIER_OIDC_ISSUER: issuer })).toThrow(/not an https address/);
    }
  });
});

describe('the address of a request', () => {
  const from = (remoteAddress: string, forwarded?: string): string | null =>
    addressOf({
      socket: { remoteAddress },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    } as IncomingMessage);

  it('is what a proxy of this machine says, and of nobody else', () => {
    expect(from('203.0.113.5')).toBe('203.0.113.5');
    expect(from('203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(from('::ffff:203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(from('127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    // What stands before the last was sent by the client.
    expect(from('::1', '10.0.0.1, 198.51.100.1')).toBe('198.51.100.1');
    expect(from('127.0.0.1', 'evil')).toBe('127.0.0.1');
    expect(from('127.0.0.1')).toBe('127.0.0.1');
    expect(from('')).toBeNull();
  });
});

it('a limit is each key its own', async () => {
  const few = { points: 2, seconds: 60 };
  const { read, change } = createLimits({ read: few, change: few, stranger: few });
  await read.take('a');
  await read.take('a');
  await expect(read.take('a')).rejects.toThrow(TooManyError);
  await expect(read.take('a')).rejects.toMatchObject({ seconds: 60 });
  await read.take('b');
  await change.take('a');
  await read.forget('a');
  await read.take('a');
});

describe('the address behind proxies', () => {
  const asked = (remoteAddress: string, forwarded?: string) =>
    ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;
  const proxies = trustedProxies({ ESPALIER_TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' });

  it('is that of whom a trusted one speaks for, through several of them', () => {
    expect(addressOf(asked('10.1.2.3', '203.0.113.9'), proxies)).toBe('203.0.113.9');
    expect(addressOf(asked('10.1.2.3', '203.0.113.9, 10.7.7.7, fd00::1'), proxies)).toBe('203.0.113.9');
    expect(addressOf(asked('127.0.0.1', '203.0.113.9, 10.7.7.7'), proxies)).toBe('203.0.113.9');
    // What a client itself puts before that is not believed.
    expect(addressOf(asked('10.1.2.3', '198.51.100.1, 203.0.113.9'), proxies)).toBe('203.0.113.9');
  });

  it('is its own for everybody else', () => {
    expect(addressOf(asked('203.0.113.9', '198.51.100.1'), proxies)).toBe('203.0.113.9');
    expect(addressOf(asked('10.1.2.3', '198.51.100.1'), trustedProxies({}))).toBe('10.1.2.3');
    expect(addressOf(asked('10.1.2.3', 'nonsense'), proxies)).toBe('10.1.2.3');
  });

  it('needs networks that are some', () => {
    for (const text of ['10.0.0.0/33', 'proxy.example', '10.0.0.0/x']) {
      expect(() => trustedProxies({ ESPALIER_TRUSTED_PROXIES: text })).toThrow(AuthError);
    }
  });
});
