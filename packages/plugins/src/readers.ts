import { splitNames, type DatasetReader, type Rows } from '@espalier/data';
import { modalitySchema } from '@espalier/transfer';
import { z } from 'zod';
import { PluginError } from './errors.js';
import type { PluginHost } from './host.js';

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
 * A reader of a plugin. One that fails to say whether a dataset is its own is left out, which is told;
 * one that fails to read its own is the dataset's failure.
 */
export const pluginReader = (
  host: PluginHost,
  format: string,
  tell: (text: string) => void,
): DatasetReader => ({
  format,
  description: `${format} (plugin ${host.plugin.name})`,
  recognises: async (source) => {
    try {
      const answer = await host.ask(RECOGNISE_SECONDS, (thread) => thread.recognises(format, source));
      if (typeof answer === 'boolean') return answer;
      throw new PluginError(host.plugin.name, `its reader ${format} said neither true nor false`);
    } catch (error) {
      tell((error as Error).message);
      return false;
    }
  },
  read: async (source, options): Promise<Rows> => {
    const rows = await host.ask(READ_SECONDS, (thread) => thread.read(format, source, options));
    const parsed = rowsSchema.safeParse(rows);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new PluginError(
      host.plugin.name,
      `its reader ${format} gave what is no list of examples: ${issue?.path.map(String).join('.')}: ${issue?.message}`,
    );
  },
});
