import { providers, type Provider } from '@espalier/engine';
import { modelOfEntry, predict } from '@espalier/sdk';
import { Option } from 'commander';
import { parseCount } from '../parse.js';
import { reportTransfer } from '../view/transfer.js';
import { sayNote, sayPrediction, type PredictionOptions } from '../view/prediction.js';
import type { Define } from './declare.js';

interface PredictOptions extends PredictionOptions {
  readonly batch: number;
  readonly provider: Provider;
  readonly text?: string;
  readonly entry?: string;
}

export const definePredict: Define = (command, finish) =>
  command
    .option('--top <count>', 'number of classes to show', parseCount, 1)
    .option('--batch <count>', 'examples per run', parseCount, 16)
    .option('--text <column>', 'text column of a table')
    .option('--entry <name>', "another entry of the study's leaderboard, such as probe-3")
    .addOption(new Option('--provider <name>', 'execution provider').choices([...providers]).default('cpu'))
    .option('--json', 'print one JSON object per line')
    .action(async (model: string, inputs: string[], options: PredictOptions) => {
      finish(await classify(model, inputs, options));
    });

async function classify(model: string, inputs: readonly string[], options: PredictOptions): Promise<number> {
  const { batch, provider, text, entry } = options;
  const path = entry === undefined ? model : await modelOfEntry(model, entry, { onTransfer: reportTransfer });
  let unreadable = 0;
  for await (const prediction of predict(path, inputs, {
    batch,
    provider,
    textColumn: text,
    onNote: sayNote,
  })) {
    if (!sayPrediction(prediction, options)) unreadable++;
  }
  return unreadable > 0 ? 1 : 0;
}
