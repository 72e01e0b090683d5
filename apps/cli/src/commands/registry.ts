import { Argument, Command } from 'commander';
import { suggest } from '../completion/suggest.js';
import { declare, type Define, type Finish } from './declare.js';

/** A command in the list of commands, and the module with its options and action. */
interface Entry {
  readonly name: string;
  readonly about: string;
  readonly arguments?: readonly Argument[];
  readonly load: () => Promise<Define>;
}

const backbones = async (): Promise<readonly string[]> => (await import('@espalier/sdk')).backboneNames();

const model = new Argument('<model>', 'model.onnx of a study, or its folder');

const entries: readonly Entry[] = [
  {
    name: 'search',
    about:
      'Search for the best transfer-learned classifier of images, texts or recordings, or resume a search.',
    arguments: [new Argument('[dataset]', 'folder of class folders, or a CSV, TSV, JSONL or Parquet table')],
    load: async () => (await import('./search.js')).defineSearch,
  },
  {
    name: 'plan',
    about: 'Show what a search would do and cost on this machine, without training.',
    arguments: [new Argument('<dataset>', 'folder of class folders, or a CSV, TSV, JSONL or Parquet table')],
    load: async () => (await import('./plan.js')).definePlan,
  },
  {
    name: 'predict',
    about: 'Classify images, texts or recordings with the model of a study.',
    arguments: [
      model,
      new Argument(
        '<inputs...>',
        'files or folders; for texts also tables, .txt files with one text per line, or the texts themselves',
      ),
    ],
    load: async () => (await import('./predict.js')).definePredict,
  },
  {
    name: 'serve',
    about: 'Serve the model of a study over HTTP, by default to this machine only.',
    arguments: [model],
    load: async () => (await import('./serve.js')).defineServe,
  },
  {
    name: 'start',
    about: 'Start the dashboard, which shows the studies of this machine live in a browser.',
    load: async () => (await import('./start.js')).defineStart,
  },
  {
    name: 'worker',
    about: "Run studies of a team's server on this machine; DATABASE_URL names the database.",
    load: async () => (await import('./worker.js')).defineWorker,
  },
  {
    name: 'zero-shot',
    about:
      'Classify without training, by the names of the classes, with a model that pairs texts with examples.',
    arguments: [
      new Argument('<model>', 'folder with a CLIP, SigLIP, CLAP or NLI model in ONNX, or hf:owner/name'),
      new Argument(
        '[inputs...]',
        'files or folders; for texts also tables, .txt files with one text per line, or the texts themselves',
      ),
    ],
    load: async () => (await import('./zeroShot.js')).defineZeroShot,
  },
  {
    name: 'inspect',
    about: 'Show the stages and parameters of a network, and its operators that cannot be trained.',
    arguments: [
      suggest(
        new Argument('<model>', 'ONNX file, its folder or description, or the name of a backbone'),
        backbones,
      ),
    ],
    load: async () => (await import('./inspect.js')).defineInspect,
  },
  {
    name: 'export',
    about: "Export an entry of a study's leaderboard as one ONNX file.",
    arguments: [new Argument('<study>', 'folder of a finished study')],
    load: async () => (await import('./export.js')).defineExport,
  },
  {
    name: 'explain',
    about: 'Explain why each trial of a study was chosen and ended, and which settings made a difference.',
    arguments: [
      new Argument('<study>', 'folder of a study, which may still run'),
      new Argument('[trial]', 'number of one trial, for its details'),
    ],
    load: async () => (await import('./explain.js')).defineExplain,
  },
  {
    name: 'experience',
    about: 'Show what finished studies have left for later ones, export, import or clear it.',
    load: async () => (await import('./experience.js')).defineExperience,
  },
  {
    name: 'plugins',
    about: 'List the plugins that npm installed here, or check a backbone.',
    load: async () => (await import('./plugins.js')).definePlugins,
  },
  {
    name: 'completion',
    about: 'Print the script that completes commands, options and values in a shell.',
    arguments: [new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish'])],
    load: async () => (await import('./completion.js')).defineCompletion,
  },
];

/** All commands; `define` loads the options and the action of each. */
export const declaredCommands = (finish: Finish): readonly Command[] =>
  entries.map(({ name, about, arguments: taken = [], load }) => {
    const command = new Command(name).description(about);
    for (const argument of taken) command.addArgument(argument);
    return declare(command, load, finish);
  });
