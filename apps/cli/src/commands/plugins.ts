import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks, subjectOf } from '@espalier/conformance';
import { partKinds, PLUGIN_KEYWORD, type FoundPlugin, type Plugins } from '@espalier/plugins';
import { backboneNames, findBackbone, installedPlugins } from '@espalier/sdk';
import { Argument } from 'commander';
import { suggest } from '../completion/suggest.js';
import { sentenceOf } from '../failure.js';
import { tableOf } from '../view/textTable.js';
import { reportTransfer } from '../view/transfer.js';
import { printable, writeLine } from '../view/view.js';
import type { Define } from './declare.js';

export const definePlugins: Define = (command, finish) => {
  command
    .command('list', { isDefault: true })
    .description('Show the parts of each plugin, and the plugins that Espalier cannot use.')
    .option('--json', 'print one JSON object per line')
    .action(async (options: { readonly json?: boolean }) => {
      finish(await list(options.json === true));
    });
  command
    .command('check')
    .description('Check that a backbone loads, cuts, trains and exports.')
    .addArgument(
      suggest(new Argument('<backbone>', 'name of a backbone, or an ONNX file or its folder'), backboneNames),
    )
    .option('--json', 'print one JSON object per line')
    .action(async (reference: string, options: { readonly json?: boolean }) => {
      finish(await check(reference, options.json === true));
    });
};

/** A plugin with the reason why it cannot be used; null where it can. */
interface Row {
  readonly plugin: FoundPlugin;
  readonly failure: string | null;
}

async function list(json: boolean): Promise<number> {
  const plugins = await installedPlugins();
  const rows = await Promise.all(plugins.found.map((plugin) => rowOf(plugins, plugin)));
  if (json) {
    for (const row of rows) writeLine(process.stdout, JSON.stringify(shown(row)));
    return 0;
  }
  if (rows.length === 0) {
    const text = `No plugins are installed in this folder or its parents. To install a plugin, a package with the keyword ${PLUGIN_KEYWORD}: npm install <package or path>`;
    writeLine(process.stdout, text);
    return 0;
  }
  const table = tableOf(['plugin', 'version', 'parts', 'state']);
  for (const row of rows) {
    const { name, version, brings, state } = shown(row);
    table.push([name, version, brings.join('\n'), state].map(printableLines));
  }
  writeLine(process.stdout, table.toString());
  return 0;
}

const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

async function rowOf(plugins: Plugins, plugin: FoundPlugin): Promise<Row> {
  try {
    await plugins.check(plugin);
    return { plugin, failure: null };
  } catch (error) {
    return { plugin, failure: sentenceOf(error) };
  }
}

function shown({ plugin: { name, manifest, folder }, failure }: Row) {
  const usable = manifest.kind === 'usable';
  const brings = partKinds.flatMap((kind) =>
    usable ? manifest.parts[kind].map((part) => `${kind.slice(0, -1)} ${part}`) : [],
  );
  const state = failure === null ? 'usable' : failure.replace(`plugin ${name} is `, '');
  return { name, version: usable ? manifest.version : '', folder, brings, state };
}

async function check(reference: string, json: boolean): Promise<number> {
  const backbone = await findBackbone(reference, { onTransfer: reportTransfer });
  const folder = await mkdtemp(join(tmpdir(), 'espalier-check-'));
  try {
    const subject = await subjectOf(backbone, folder);
    let failed = 0;
    for (const { name, run } of checks) {
      const failure = await run(subject).then(
        () => null,
        (error: Error) => error.message,
      );
      if (failure !== null) failed++;
      const text = failure === null ? `passed  ${name}` : `FAILED  ${name}: ${failure}`;
      writeLine(process.stdout, json ? JSON.stringify({ check: name, failure }) : printable(text));
    }
    if (json) return failed === 0 ? 0 : 1;
    writeLine(
      process.stdout,
      failed === 0
        ? `${backbone.id} passed every check. Next: espalier search <dataset> --backbone ${reference}`
        : `${backbone.id} failed ${failed} of ${checks.length} checks.`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
