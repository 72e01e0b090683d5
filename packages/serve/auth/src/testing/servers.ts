import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStore, type Database } from '@espalier/store';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import { createAuth, type AuthParts } from '../index.js';

export const TOKEN = 'setup-token-of-a-test';
export const PASSWORD = 'correct horse battery';

export interface TestServer {
  readonly url: string;
  readonly database: Database;
  readonly failures: string[];
  /** Nobody and nothing is in it again. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = storeFolder('auth');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Sign-in, and `/access`, which says who asks. */
export async function serveAuth(parts: Partial<AuthParts> = {}): Promise<TestServer> {
  const { folder, remove } = temporaryFolder();
  const database = await openStore(emptyStore(folder));
  const failures: string[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const auth = createAuth({
    database,
    secret: 'a secret of a test, with 32 characters or more',
    url,
    otherUrls: [],
    oidc: null,
    setupToken: TOKEN,
    rules: {
      address: { points: 1000, seconds: 60 },
      email: { points: 1000, seconds: 60 },
      everywhere: { points: 1000, seconds: 60 },
    },
    onFailure: (message) => failures.push(message),
    ...parts,
  });
  server.on('request', (request, response) => {
    const answer = async (): Promise<void> => {
      if (await auth.answer(request, response)) return;
      response.end(JSON.stringify((await auth.whoAsks(request)).access));
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return {
    url,
    database,
    failures,
    empty: async () => {
      failures.length = 0;
      await database.exec('TRUNCATE "user", "organization", "verification" CASCADE');
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await database.close();
      remove();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly headers: Headers;
}

/** A browser, of which the cookies and the requests are there. */
export function browser(url: string) {
  const jar = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { ...(cookie !== '' && { cookie }), ...(init.headers as Record<string, string>) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = await response.text();
    const body =
      text.startsWith('{') || text.startsWith('null') ? (JSON.parse(text) as Answer['body']) : null;
    return { status: response.status, body, headers: response.headers };
  };
  return {
    jar,
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', origin: url, ...headers },
      }),
  };
}

export const admin = { name: 'Ada', email: 'ada@example.org', password: PASSWORD };

/** A browser of the first admin. */
export async function setUpTeam(url: string) {
  const ada = browser(url);
  const answer = await ada.post('/api/auth/team/setup', { token: TOKEN, organization: 'Lab', ...admin });
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return ada;
}
