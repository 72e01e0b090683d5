import { Argument, Command } from 'commander';
import { suggest } from '../completion/suggest.js';
import { declare, type Define, type Finish } from './declare.js';

/** A command as the list of commands shows it, and where the rest of it is. */
interface Entry {
  readonly name: string;
  readonly about: string;
  readonly arguments?: readonly Argument[];
  readonly load: () => Promise<Define>;
}

const backbones = async (): Promise<readonly string[]> => (await import('@espalier/sdk')).backboneNames();

const model = new Argument('<model>', 'model.onnx of a search, or the folder it lies in');

const entries: readonly Entry[] = [
  {
    name: 'search',
    about:
      'Search the best transfer-learned classifier for images, texts or recordings, or go on with a search.',
    arguments: [
      new Argument('[dataset]', 'a folder of class folders, or a CSV, TSV, JSONL or Parquet table'),
    ],
    load: async () => (await import('./search.js')).defineSearch,
  },
  {
    name: 'predict',
    about: 'Classify images, texts or recordings with a model that a search found.',
    arguments: [
      model,
      new Argument(
        '<inputs...>',
        'files or folders; for texts also tables, .txt files of a text a line, or texts',
      ),
    ],
    load: async () => (await import('./predict.js')).definePredict,
  },
  {
    name: 'serve',
    about: 'Serve a model that a search found by HTTP, on this machine unless told otherwise.',
    arguments: [model],
    load: async () => (await import('./serve.js')).defineServe,
  },
  {
    name: 'start',
    about: 'Start the dashboard: the studies of this machine, live, in a browser.',
    load: async () => (await import('./start.js')).defineStart,
  },
  {
    name: 'worker',
    about: "Do the studies of a team's server on this machine; DATABASE_URL names the database.",
    load: async () => (await import('./worker.js')).defineWorker,
  },
  {
    name: 'zero-shot',
    about: 'Classify by the names of the classes alone, with a model that pairs texts with examples.',
    arguments: [
      new Argument(
        '<model>',
        'a folder with a CLIP, SigLIP, CLAP or inference model in ONNX, or hf:owner/name',
      ),
      new Argument(
        '[inputs...]',
        'files or folders; for texts also tables, .txt files of a text a line, or texts',
      ),
    ],
    load: async () => (await import('./zeroShot.js')).defineZeroShot,
  },
  {
    name: 'inspect',
    about: 'Show the stages of a network, its parameters, and what cannot be trained.',
    arguments: [
      suggest(
        new Argument('<model>', 'an ONNX file, its folder or description, or the name of a backbone'),
        backbones,
      ),
    ],
    load: async () => (await import('./inspect.js')).defineInspect,
  },
  {
    name: 'export',
    about: "Write the whole network of a line of a study's leaderboard as an ONNX file.",
    arguments: [new Argument('<study>', 'the folder of a finished study')],
    load: async () => (await import('./export.js')).defineExport,
  },
  {
    name: 'plugins',
    about: 'Show the plugins that npm has installed here, or check a backbone.',
    load: async () => (await import('./plugins.js')).definePlugins,
  },
  {
    name: 'completion',
    about: 'Print what teaches a shell to complete commands, options and values.',
    arguments: [new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish'])],
    load: async () => (await import('./completion.js')).defineCompletion,
  },
];

/** All commands, each without its options and what it does until `define` loads them. */
export const declaredCommands = (finish: Finish): readonly Command[] =>
  entries.map(({ name, about, arguments: taken = [], load }) => {
    const command = new Command(name).description(about);
    for (const argument of taken) command.addArgument(argument);
    return declare(command, load, finish);
  });
