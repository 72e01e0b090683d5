import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authSecret, oidcOf } from '@espalier/auth';
import { checkInChild, inspectBackboneInChild } from '@espalier/backbone-check';
import { isLoopback } from '@espalier/base/http';
import { isOnThisMachine, listBackbones, listOffer } from '@espalier/sdk';
import { startServer, type TeamOptions } from '@espalier/server';
import { storeFolder, storePlace } from '@espalier/store';
import { startWorker } from '@espalier/worker';
import type Next from 'next';
import { exportTraces } from '../exportTraces.js';
import { sayTrouble, UsageError } from '../failure.js';
import { keepPrivate } from '../private.js';
import { goOnAfterStrays } from '../strays.js';
import { onStop } from '../interrupt.js';
import { quoted } from '@espalier/report/format';
import { writeLine } from '../view/view.js';
import { SHARED_BYTES, workerPlace } from '../workerPlace.js';

export interface StartOptions {
  readonly host: string;
  readonly port: number;
  readonly store?: string;
  readonly team?: boolean;
  readonly url?: string;
  readonly slots: number;
  readonly auditDays?: number;
  readonly worker: boolean;
}

/** Runs the server of the dashboard until it is told to stop; returns the exit code. */
export async function start(options: StartOptions): Promise<number> {
  keepPrivate();
  goOnAfterStrays();
  const { host, port, store, team = false, url } = options;
  const local = storePlace({ ...process.env, DATABASE_URL: '', ...(store && { ESPALIER_STORE: store }) });
  const place = store === undefined ? storePlace() : local;
  const several = team || url !== undefined || !isLoopback(host);
  const metricsToken = process.env['ESPALIER_METRICS_TOKEN'];
  const endTraces = await exportTraces('espalier-server');
  const { signal, off } = onStop((text) => writeLine(process.stderr, text));
  try {
    const pages = await openPages();
    const server = await startServer({
      place,
      host,
      port,
      pages: pages.answer,
      ...(several && { team: await teamOptions(store) }),
      ...(url !== undefined && { publicUrl: url }),
      ...(metricsToken && { metricsToken }),
      backbones: listBackbones,
      offer: listOffer,
      checkBackbone: checkInChild,
      inspectBackbone: inspectBackboneInChild,
      isThere: isOnThisMachine,
      ...(options.auditDays !== undefined && { auditDays: options.auditDays }),
      list: local.kind === 'folder' ? local.folder : null,
      ...(options.worker && {
        worker: (queue, blobs) =>
          startWorker({
            ...{ queue, blobs, onFailure: sayTrouble },
            ...workerPlace({ slots: options.slots }),
            alone: place.kind === 'folder',
            // The store of a single process has one worker, which keeps all activations itself.
            sharedBytes: place.kind === 'folder' ? 0 : SHARED_BYTES,
          }),
      }),
      onFailure: sayTrouble,
    });
    writeLine(
      process.stdout,
      `The dashboard is at ${server.url}; in another terminal: ${storeOf(store)}espalier search <dataset>`,
    );
    if (server.setupUrl !== null)
      writeLine(process.stdout, `There are no accounts yet. Set up the first one at ${server.setupUrl}`);
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
    await pages.close();
    return 0;
  } finally {
    off();
    await endTraces();
  }
}

/** Reads the secret that signs cookies; it lies beside the store of this machine, wherever the studies are. */
async function teamOptions(store: string | undefined): Promise<TeamOptions> {
  const folder = storeFolder({ ...process.env, ...(store && { ESPALIER_STORE: store }) });
  return { secret: await authSecret(folder), oidc: oidcOf() };
}

/** Environment variable that leads a search to the store. */
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
    throw new UsageError('the dashboard is not built; build it with: npm run build');
  }
  process.env['NEXT_TELEMETRY_DISABLED'] = '1';
  // The package exports a function, although its types declare a module.
  const next = createRequire(import.meta.url)('next') as (typeof Next)['default'];
  const app = next({ dev: false, dir });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { answer: (request, response) => handle(request, response), close: () => app.close() };
}
