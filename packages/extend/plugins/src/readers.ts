import {
  splitNames,
  type DatasetReader,
  type DatasetSource,
  type ReadOptions,
  type Rows,
} from '@espalier/data';
import { faultsOf, modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { PluginError } from './errors.js';
import type { PluginHost } from './host.js';
import { orInstead } from './instead.js';

/** Seconds in which a reader has to say whether a dataset is one of its own. */
const RECOGNISE_SECONDS = 10;
/** Seconds in which it has to list the examples. */
const READ_SECONDS = 30 * 60;

const rowsSchema = z.object({
  root: z.string().min(1),
  modality: modalitySchema,
  rows: z.array(
    z.object({
      id: z.string().min(1),
      content: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('file'), path: z.string().min(1) }),
        z.object({ kind: z.literal('text'), text: z.string() }),
      ]),
      className: z.string(),
      split: z.enum(splitNames).exactOptional(),
      group: z.string().exactOptional(),
    }),
  ),
  notes: z.array(z.string()),
});

/**
 * A reader of a plugin. One that fails to say whether a dataset is its own is told and not asked again;
 * one that fails to read its own is the dataset's failure.
 */
export function pluginReader(host: PluginHost, format: string, tell: (text: string) => void): DatasetReader {
  const { ask } = orInstead(
    async (source: DatasetSource) => {
      const answer = await host.ask(RECOGNISE_SECONDS, (thread) => thread.recognises(format, source));
      if (typeof answer === 'boolean') return answer;
      throw new PluginError(host.plugin.name, `its reader ${format} did not return true or false`);
    },
    () => false,
    { tell, explain: ({ message }) => message },
  );
  return {
    format,
    description: `${format} (plugin ${host.plugin.name})`,
    recognises: ask,
    read: async (source, options) => {
      const plain = plainOptions(options);
      const rows = await host.ask(READ_SECONDS, (thread) => thread.read(format, source, plain));
      return requireRows(host, format, rows);
    },
  };
}

const optionNames = [
  'header',
  'imageColumn',
  'audioColumn',
  'textColumn',
  'labelColumn',
  'groupColumn',
  'groupPattern',
] as const satisfies readonly (keyof ReadOptions)[];

/** The options alone: who reads a dataset gives callbacks and signals along, which no thread can be sent. */
const plainOptions = (options: ReadOptions): ReadOptions =>
  Object.fromEntries(
    optionNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );

function requireRows({ plugin }: PluginHost, format: string, rows: unknown): Rows {
  const parsed = rowsSchema.safeParse(rows);
  if (parsed.success) return parsed.data;
  throw new PluginError(
    plugin.name,
    `its reader ${format} did not return a list of examples: ${faultsOf(parsed.error)}`,
  );
}
