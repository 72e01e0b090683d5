import { exportTrial } from '@espalier/sdk';
import { Command } from 'commander';
import { parseWhole } from '../parse.js';
import { reportTransfer } from '../view/transfer.js';

interface ExportOptions {
  readonly trial?: number;
  readonly out?: string;
}

export const exportCommand = (finish: (code: number) => void): Command =>
  new Command('export')
    .description('Write the whole network of one of the best trials of a study as an ONNX file.')
    .argument('<study>', 'the folder of a finished study')
    .option('--trial <number>', 'the trial; by default the best', parseWhole)
    .option('--out <file>', 'where to write; by default trial-<number>.onnx in the study')
    .action(async (study: string, { trial, out }: ExportOptions) => {
      process.stdout.write(`${await exportTrial(study, { trial, out, onTransfer: reportTransfer })}\n`);
      finish(0);
    });
