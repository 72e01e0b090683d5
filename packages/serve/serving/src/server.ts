import { isIPv6, type AddressInfo } from 'node:net';
import { sha256OfFile } from '@espalier/base/files';
import type { Predictor } from '@espalier/runner';
import type { FastifyInstance } from 'fastify';
import { createApp, type Phase } from './app.js';
import { ServingError } from './errors.js';
import { requireGuarded } from './guard.js';
import type { RequestLine } from './observe.js';
import { completeLimits, type Limits } from './settings.js';

export interface ServerOptions {
  /** Stays the caller's, to be disposed of after the server is closed. */
  readonly predictor: Predictor;
  /** Address to listen on; 127.0.0.1 where absent. */
  readonly host?: string;
  /** 0, where absent, is any free one. */
  readonly port?: number;
  /** Bearer token that clients have to send; needed on addresses that other machines reach. */
  readonly token?: string;
  readonly limits?: Partial<Limits>;
  /** Called after every request. */
  readonly onRequest?: (line: RequestLine) => void;
  /** Called with errors of the server itself, which a client is told nothing about. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Server {
  /** Such as http://127.0.0.1:8080. */
  readonly url: string;
  /** Takes nothing on any more, answers what is under way, and stops. */
  close(): Promise<void>;
}

const ignore = (): void => undefined;

/**
 * Serves a model by HTTP, and resolves once it is warm.
 *
 * @throws ServingError where the address is taken or unknown, would be open to others, or a limit makes no sense
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { predictor, host = '127.0.0.1', port = 0, token } = options;
  requireGuarded(host, token);
  let phase: Phase = 'warming';
  const { app, inference } = await createApp({
    predictor,
    limits: completeLimits(options.limits ?? {}),
    ...(token !== undefined && { token }),
    sha256: await sha256OfFile(predictor.path),
    phase: () => phase,
    onRequest: options.onRequest ?? ignore,
    onFailure: options.onFailure ?? ignore,
  });
  const url = await listen(app, host, port);
  try {
    await predictor.warmUp();
  } catch (error) {
    await app.close();
    throw error;
  }
  phase = 'ready';
  const close = async (): Promise<void> => {
    phase = 'stopping';
    await app.close();
    // The batch of a client that went away may run still.
    await inference.idle();
  };
  return { url, close };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw listenFailure(cause, host, port);
  }
  const { port: found } = app.server.address() as AddressInfo;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${found}`;
}

function listenFailure(cause: unknown, host: string, port: number): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is used by another program; give another one with --port, or --port 0 for any free one`,
    EACCES: `port ${port} needs administrator rights; give a port of 1024 or more with --port`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; give an address of this machine with --host`,
    ENOTFOUND: `the host name ${host} does not exist; give an address of this machine with --host`,
  };
  const reason = reasons[code ?? ''];
  return reason === undefined ? cause : new ServingError(reason, { cause });
}
