import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Content of a repository's files by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface HubRepository {
  readonly files: Files;
  /** The token that may read it; public where there is none. */
  readonly token?: string;
  /** Commit of its revisions; by default a hash of the contents. */
  readonly commit?: string;
  /** Changes what is said of it, as a mirror with bad intent would. */
  readonly lie?: {
    readonly info?: (info: object) => object;
    readonly entry?: (entry: object) => object;
  };
}

/** Fault of a request for file contents; a list of faults is used up in the order of the requests. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The connection breaks after so many bytes. */
  | { readonly kind: 'break'; readonly after: number }
  /** Other bytes than the hub's digest says. */
  | { readonly kind: 'garble' }
  /** So many bytes more than the hub says. */
  | { readonly kind: 'more'; readonly bytes: number };

export interface TestHub {
  readonly endpoint: string;
  /** Requests so far: method, path, range, and whether a token came with it. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Size in bytes from which the hub stores files on another host, by their hash. */
const LFS_FROM = 1000;
const PAGE = 4;

const digest = (kind: 'sha1' | 'sha256', ...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest('hex');

const bytesOf = (content: string | Uint8Array): Buffer => Buffer.from(content);
const isLarge = (content: string | Uint8Array): boolean => bytesOf(content).length >= LFS_FROM;

/** The commit of a repository's contents. */
export const commitOf = ({ files, commit }: HubRepository): string =>
  commit ?? digest('sha1', ...Object.entries(files).flatMap(([path, content]) => [path, content]));

/**
 * A server that speaks the hub's protocol on 127.0.0.1: model info, the tree in pages, contents, and
 * large files by a redirect to another host, with ranges.
 */
export async function startHub(
  repositories: Readonly<Record<string, HubRepository>>,
  faults: readonly Fault[] = [],
): Promise<TestHub> {
  const requests: string[] = [];
  const pending = [...faults];
  const note = (request: IncomingMessage): void => {
    const { method, url, headers } = request;
    requests.push([method, url, headers.range, headers.authorization && 'token'].filter(Boolean).join(' '));
  };
  const store = await listen((request, response) => {
    note(request);
    const content = Object.values(repositories)
      .flatMap(({ files }) => Object.values(files))
      .find((one) => `/lfs/${digest('sha256', one)}` === request.url);
    if (content === undefined) return end(response, 404, 'no such object');
    sendContent(request, response, bytesOf(content), pending.shift());
  });
  const hub = await listen((request, response) => {
    note(request);
    answer(request, response, repositories, { store: urlOf(store), pending });
  });
  return {
    endpoint: urlOf(hub),
    requests,
    close: async () => {
      for (const server of [hub, store]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function end(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body);
}

const failure = (response: ServerResponse, status: number, message: string): void =>
  end(response, status, JSON.stringify({ error: message }));

interface Hosting {
  readonly store: string;
  readonly pending: Fault[];
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  repositories: Readonly<Record<string, HubRepository>>,
  hosting: Hosting,
): void {
  const url = new URL(request.url ?? '/', 'http://hub');
  const path = decodeURIComponent(url.pathname);
  const name = Object.keys(repositories).find(
    (one) => path.startsWith(`/api/models/${one}/`) || path.startsWith(`/${one}/`),
  );
  const repository = repositories[name ?? ''];
  // The hub does not tell a private repository from none.
  if (name === undefined || repository === undefined) return failure(response, 401, 'Repository not found');
  const token = request.headers.authorization?.replace('Bearer ', '');
  if (repository.token !== undefined && token !== repository.token)
    return failure(response, 401, 'Invalid credentials');
  const rest = path.replace(`/api/models/${name}`, '').replace(`/${name}/`, '/');
  const [, action = '', revision = '', ...parts] = rest.split('/');
  const commit = commitOf(repository);
  if (!['main', 'HEAD', 'v1', commit].includes(revision)) return failure(response, 404, 'Invalid rev id');
  if (action === 'revision') return sendInfo(response, name, repository);
  if (action === 'tree') return sendTree(response, url, repository);
  if (action !== 'resolve') return failure(response, 404, 'Not found');
  const content = repository.files[parts.join('/')];
  if (content === undefined)
    return end(response, 404, 'Entry not found', { 'X-Error-Code': 'EntryNotFound' });
  if (isLarge(content)) {
    response.writeHead(302, { Location: `${hosting.store}/lfs/${digest('sha256', content)}` });
    response.end();
    return;
  }
  sendContent(request, response, bytesOf(content), hosting.pending.shift());
}

function sendInfo(response: ServerResponse, name: string, repository: HubRepository): void {
  const siblings = Object.keys(repository.files).map((rfilename) => ({ rfilename }));
  const info = {
    _id: name,
    id: name,
    sha: commitOf(repository),
    private: false,
    gated: false,
    downloads: 0,
    likes: 0,
    lastModified: new Date(0).toISOString(),
    siblings,
  };
  end(response, 200, JSON.stringify(repository.lie?.info?.(info) ?? info));
}

function sendTree(response: ServerResponse, url: URL, { files, lie }: HubRepository): void {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const entries = Object.entries(files).map(([path, content]) => {
    const bytes = bytesOf(content);
    const oid = digest('sha1', `blob ${bytes.length}\0`, bytes);
    const lfs = { oid: digest('sha256', bytes), size: bytes.length, pointerSize: 134 };
    const entry = { type: 'file', path, size: bytes.length, oid, ...(isLarge(content) && { lfs }) };
    return lie?.entry?.(entry) ?? entry;
  });
  url.searchParams.set('cursor', String(start + PAGE));
  const more = start + PAGE < entries.length;
  const next = `<${url.href.replace('http://hub', `http://${response.req.headers.host}`)}>; rel="next"`;
  end(response, 200, JSON.stringify(entries.slice(start, start + PAGE)), more ? { Link: next } : {});
}

function spoilt(part: Buffer, fault: Fault | undefined): Buffer {
  if (fault?.kind === 'garble') return Buffer.from(part.map((byte) => byte ^ 1));
  return fault?.kind === 'more' ? Buffer.concat([part, Buffer.alloc(fault.bytes)]) : part;
}

function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'status') {
    const wait: Record<string, string> =
      fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
    return end(response, fault.status, JSON.stringify({ error: 'no' }), wait);
  }
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const part = content.subarray(start);
  const sent = spoilt(part, fault);
  response.writeHead(start > 0 ? 206 : 200, {
    'Content-Length': String(sent.length),
    ...(start > 0 && { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  if (fault?.kind !== 'break') return void response.end(sent);
  response.write(sent.subarray(0, fault.after), () => setTimeout(() => response.destroy(), 20));
}
