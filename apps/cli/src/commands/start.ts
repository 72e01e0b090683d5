import type { StartOptions } from '../actions/start.js';
import { parseCount, parsePort } from '../parse.js';
import type { Define } from './declare.js';

const PORT = 4080;

export const defineStart: Define = (command, finish) =>
  command
    .option(
      '--host <address>',
      'address to listen on; one that other machines reach needs --url',
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen on, 0 for any free one', parsePort, PORT)
    .option(
      '--store <folder>',
      'folder of the studies (ESPALIER_STORE; DATABASE_URL names a PostgreSQL server instead)',
    )
    .option('--team', 'require people to sign in; always on if other machines have access')
    .option('--url <address>', 'public address of the dashboard, such as https://espalier.example')
    .option('--slots <count>', 'concurrent trials on this machine', parseCount, 1)
    .option('--audit-days <days>', 'days to keep the audit log (400)', parseCount)
    .option('--no-worker', 'leave the tasks to other machines (see: espalier worker)')
    .action(async (options: StartOptions) => {
      const { start } = await import('../actions/start.js');
      finish(await start(options));
    });
