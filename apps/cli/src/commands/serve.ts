import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { modalityFacts } from '@espalier/data/modalities';
import { providers, type Provider } from '@espalier/engine';
import { openPredictorProcess, type Predictor } from '@espalier/runner';
import { modelOfEntry } from '@espalier/sdk';
import { startServer, type Server, type ServerOptions } from '@espalier/serving';
import type { Modality } from '@espalier/transfer';
import { InvalidArgumentError, Option } from 'commander';
import { exportTraces } from '../exportTraces.js';
import { sayTrouble, sentenceOf, UsageError } from '../failure.js';
import { onStop } from '../interrupt.js';
import { parseCount, parseNumber, parsePort } from '../parse.js';
import { goOnAfterStrays } from '../strays.js';
import { reportTransfer } from '../view/transfer.js';
import { shownPath, writeLine } from '../view/view.js';
import type { Define } from './declare.js';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly batch: number;
  readonly wait: number;
  readonly queue: number;
  readonly maxInputs: number;
  readonly maxFile?: number;
  readonly maxBody?: number;
  /** Seconds. */
  readonly maxTime: number;
  readonly provider: Provider;
  readonly threads?: number;
  readonly json?: boolean;
  readonly entry?: string;
}

const USUAL_FILE = 16 * 2 ** 20;
const USUAL_BODY = 64 * 2 ** 20;
const TOKEN_VARIABLE = 'ESPALIER_SERVE_TOKEN';

export const defineServe: Define = (command, finish) =>
  command
    .option('--entry <name>', "another entry of the study's leaderboard, such as probe-3")
    .option('--host <address>', 'address to listen on; any other address needs a token', '127.0.0.1')
    .option('--port <number>', 'port to listen on, 0 for any free one', parsePort, 8080)
    .option('--token-file <path>', `file with the token that clients must send (${TOKEN_VARIABLE})`)
    .option('--batch <count>', 'maximum inputs per run', parseCount, 16)
    .option('--wait <milliseconds>', 'longest wait of an input for others to share its run', parseNumber, 5)
    .option('--queue <count>', 'maximum waiting inputs; further ones are refused', parseCount, 256)
    .option('--max-inputs <count>', 'maximum inputs per request', parseCount, 64)
    .option('--max-file <megabytes>', 'maximum size of a file (16)', parseMegabytes)
    .option(
      '--max-body <megabytes>',
      'maximum size of a request (64, or --max-file if larger)',
      parseMegabytes,
    )
    .option('--max-time <seconds>', 'maximum time of an input or a run', parseCount, 30)
    .addOption(new Option('--provider <name>', 'execution provider').choices([...providers]).default('cpu'))
    .option('--threads <count>', 'threads of the engine', parseCount)
    .option('--json', 'print one JSON object per request')
    .action(async (model: string, options: ServeOptions) => {
      finish(await serve(model, options));
    });

async function serve(model: string, options: ServeOptions): Promise<number> {
  goOnAfterStrays();
  const token = await tokenOf(options);
  const { provider, threads } = options;
  const { entry } = options;
  const path = entry === undefined ? model : await modelOfEntry(model, entry, { onTransfer: reportTransfer });
  const predictor = await openPredictorProcess(path, {
    provider,
    ...(threads !== undefined && { threads }),
    limits: { seconds: options.maxTime },
  });
  const endTraces = await exportTraces('espalier-serve');
  const { signal, off } = onStop((text) => writeLine(process.stderr, text));
  try {
    const server = await startServer(serverOptions(predictor, options, token));
    sayServing(model, predictor, server, options);
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
    return 0;
  } finally {
    off();
    await predictor.dispose();
    await endTraces();
  }
}

function serverOptions(
  predictor: Predictor,
  options: ServeOptions,
  token: string | undefined,
): ServerOptions {
  const { host, port, batch, wait, queue, maxInputs, maxFile = USUAL_FILE } = options;
  const { maxBody = Math.max(USUAL_BODY, maxFile) } = options;
  return {
    predictor,
    host,
    port,
    ...(token !== undefined && { token }),
    limits: { batch, wait, queue, inputs: maxInputs, fileBytes: maxFile, bodyBytes: maxBody },
    onFailure: (error) => sayTrouble(sentenceOf(error)),
    ...(options.json === true && {
      onRequest: (line) => writeLine(process.stdout, JSON.stringify({ kind: 'request', ...line })),
    }),
  };
}

/** Reads the token of clients from the file or the environment; it is never shown. */
async function tokenOf({ tokenFile }: ServeOptions): Promise<string | undefined> {
  if (tokenFile === undefined) return process.env[TOKEN_VARIABLE] || undefined;
  const text = await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`the token file ${tokenFile} cannot be read`, { cause });
  });
  return text.trim();
}

function sayServing(
  model: string,
  { modality, card }: Predictor,
  { url }: Server,
  options: ServeOptions,
): void {
  const next = curlOf(modality, url, options);
  const line =
    options.json === true
      ? JSON.stringify({ kind: 'serving', url, modality, labels: card.labels, next })
      : `Serving ${shownPath(model)} at ${url}; try: ${next}`;
  writeLine(process.stdout, line);
}

/** Body of the curl request for a modality: a file in a form, or a text as JSON. */
function bodyOf(modality: Modality): string {
  const { content, words } = modalityFacts.get(modality);
  return content === 'file'
    ? `-F file=@${words.example}`
    : `-H 'content-type: application/json' -d '{"${words.noun}s": ["${words.example}"]}'`;
}

/** Builds a sample request that refers to the token's source instead of showing it. */
function curlOf(modality: Modality, url: string, { tokenFile }: ServeOptions): string {
  const fromFile = tokenFile === undefined ? undefined : `$(cat '${tokenFile.replaceAll("'", `'\\''`)}')`;
  const token = fromFile ?? (process.env[TOKEN_VARIABLE] ? `$${TOKEN_VARIABLE}` : undefined);
  const header = token === undefined ? '' : `-H "authorization: Bearer ${token}" `;
  return `curl ${header}${bodyOf(modality)} '${url}/v1/predict?top=3'`;
}

function parseMegabytes(text: string): number {
  const value = parseNumber(text);
  if (!(value > 0)) throw new InvalidArgumentError('Enter a number of megabytes above 0.');
  return Math.ceil(value * 2 ** 20);
}
