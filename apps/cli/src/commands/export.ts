import { exportModel } from '@espalier/sdk';
import { UsageError } from '../failure.js';
import { parseWhole } from '../parse.js';
import { reportTransfer } from '../view/transfer.js';
import type { Define } from './declare.js';

interface ExportOptions {
  readonly entry?: string;
  readonly trial?: number;
  readonly out?: string;
}

export const defineExport: Define = (command, finish) =>
  command
    .option(
      '--entry <name>',
      'leaderboard entry, such as probe-3, refitted like the answer (default: the answer)',
    )
    .option('--trial <number>', 'trial with the weights from the search, instead of --entry', parseWhole)
    .option('--out <file>', 'output file (default: <entry>.onnx in the study)')
    .action(async (study: string, { entry, trial, out }: ExportOptions) => {
      if (entry !== undefined && trial !== undefined) {
        throw new UsageError('give --entry or --trial, not both');
      }
      process.stdout.write(
        `${await exportModel(study, { entry, trial, out, onTransfer: reportTransfer })}\n`,
      );
      finish(0);
    });
