import type { StartOptions } from '../actions/start.js';
import { parseCount, parsePort } from '../parse.js';
import type { Define } from './declare.js';

const PORT = 4080;

export const defineStart: Define = (command, finish) =>
  command
    .option('--host <address>', 'address to listen on; others than of this machine need --url', '127.0.0.1')
    .option('--port <number>', 'port to listen on, 0 for any free one', parsePort, PORT)
    .option(
      '--store <folder>',
      'where studies are kept (ESPALIER_STORE; DATABASE_URL names a PostgreSQL server)',
    )
    .option('--team', 'people sign in; by itself where others than this machine are let in')
    .option('--url <address>', 'where people reach it, such as https://espalier.example')
    .option('--slots <count>', 'trials at once on this machine', parseCount, 1)
    .option('--audit-days <days>', 'how long the audit log remembers (400)', parseCount)
    .option('--no-worker', 'leave the work to other machines, see: espalier worker')
    .action(async (options: StartOptions) => {
      const { start } = await import('../actions/start.js');
      finish(await start(options));
    });
