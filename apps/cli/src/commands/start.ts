import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listBackbones } from '@espalier/sdk';
import { startServer } from '@espalier/server';
import { storePlace } from '@espalier/store';
import { Command } from 'commander';
import { UsageError } from '../failure.js';
import { onStop } from '../interrupt.js';
import { parsePort } from '../parse.js';
import { quoted } from '../view/lines.js';
import { writeLine } from '../view/view.js';
import type Next from 'next';

interface StartOptions {
  readonly host: string;
  readonly port: number;
  readonly store?: string;
}

const PORT = 4080;

export const startCommand = (finish: (code: number) => void): Command =>
  new Command('start')
    .description('Start the dashboard: the studies of this machine, live, in a browser.')
    .option('--host <address>', 'address to listen on, of this machine alone', '127.0.0.1')
    .option('--port <number>', 'port to listen on, 0 for any free one', parsePort, PORT)
    .option(
      '--store <folder>',
      'where studies are kept (ESPALIER_STORE; DATABASE_URL names a PostgreSQL server)',
    )
    .action(async (options: StartOptions) => {
      finish(await start(options));
    });

async function start({ host, port, store }: StartOptions): Promise<number> {
  const local = storePlace({ ...process.env, DATABASE_URL: '', ...(store && { ESPALIER_STORE: store }) });
  const place = store === undefined ? storePlace() : local;
  const { signal, off } = onStop((text) => writeLine(process.stderr, text));
  try {
    const pages = await openPages();
    const server = await startServer({
      place,
      host,
      port,
      pages: pages.answer,
      backbones: listBackbones,
      list: local.kind === 'folder' ? local.folder : null,
      onFailure: (message) => writeLine(process.stderr, `espalier: ${message}`),
    });
    writeLine(
      process.stdout,
      `The dashboard is at ${server.url}; in another terminal: ${storeOf(store)}espalier search <dataset>`,
    );
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
    await pages.close();
    return 0;
  } finally {
    off();
  }
}

/** A search finds the store by the environment. */
const storeOf = (store: string | undefined): string =>
  store === undefined ? '' : `ESPALIER_STORE=${quoted(resolve(store))} `;

interface Pages {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The built pages of the dashboard. */
async function openPages(): Promise<Pages> {
  const dir = fileURLToPath(new URL('.', import.meta.resolve('@espalier/dashboard/package.json')));
  if (!existsSync(join(dir, '.next', 'BUILD_ID'))) {
    throw new UsageError('the dashboard is not built; run: npm run build');
  }
  process.env['NEXT_TELEMETRY_DISABLED'] = '1';
  // What it exports is a function, whatever its types say to a module.
  const next = createRequire(import.meta.url)('next') as (typeof Next)['default'];
  const app = next({ dev: false, dir });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { answer: (request, response) => handle(request, response), close: () => app.close() };
}
