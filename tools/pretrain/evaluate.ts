import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { createOnnxEngine, initialiseModel, type Engine } from '@espalier/engine';
import { float32, normaliseModel, readModel, type Model } from '@espalier/onnx';
import visionMini from '@espalier/plugin-vision-mini';
import { drawTask, drawTest, type Examples, type Task } from './evaluation/examples.js';
import { fineTune, type Budget, type Outcome, type Recipe } from './evaluation/fineTune.js';
import { comparisonTable, percent, type Comparison, type Reached } from './evaluation/table.js';

/** Both sides choose their recipe on validation. */
const transferRecipes: readonly Recipe[] = [
  { name: 'head only', cut: 'mix', rate: 1e-2 },
  { name: 'stage 3 on', cut: 'stage2_block_sum', rate: 1e-3 },
  { name: 'all', cut: 'image', rate: 1e-3 },
  { name: 'all', cut: 'image', rate: 3e-4 },
];
const randomRecipes: readonly Recipe[] = [3e-3, 1e-3, 3e-4].map((rate) => ({
  name: 'all',
  cut: 'image',
  rate,
}));

const BATCH = 16;
/** Far from the seeds of the training sets. */
const TEST_SEED = 1000;

interface Setting {
  readonly engine: Engine;
  readonly pretrained: Model;
  readonly test: Examples;
  readonly budget: Budget;
}

async function compare(setting: Setting, task: Task, seed: number): Promise<Comparison> {
  const { engine, pretrained, test, budget } = setting;
  const random = await freshNetwork(engine, pretrained, task, seed);
  const best = async (model: Model, recipes: readonly Recipe[]): Promise<Outcome> => {
    const outcomes: Outcome[] = [];
    for (const recipe of recipes) {
      const outcome = await fineTune(engine, model, recipe, budget, { task, test, seed });
      console.error(`seed ${seed}: ${model === random ? 'random' : 'transfer'} ${describe(outcome)}`);
      outcomes.push(outcome);
    }
    return outcomes.reduce((first, second) => (isBetter(second, first) ? second : first));
  };
  // Each trains on one thread.
  const [chosenRandom, chosenTransfer] = await Promise.all([
    best(random, randomRecipes),
    best(pretrained, transferRecipes),
  ]);
  return { seed, random: reached(chosenRandom), transfer: reached(chosenTransfer) };
}

const isBetter = ({ validation: a }: Outcome, { validation: b }: Outcome): boolean =>
  a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);

/** The same network with random weights, calibrated on training pictures. */
function freshNetwork(engine: Engine, model: Model, task: Task, seed: number): Promise<Model> {
  // Examples are sorted by class.
  const images = task.train.images.filter((_, row) => row % 4 === 0);
  const data = Float32Array.from(images.flatMap((image) => [...image]));
  const side = Math.sqrt(data.length / images.length / 3);
  return initialiseModel(engine, model, { image: float32([images.length, 3, side, side], data) }, { seed });
}

const reached = ({ test, recipe }: Outcome): Reached => ({
  accuracy: test.accuracy,
  recipe: `${recipe.name}, ${recipe.rate}`,
});

const describe = ({ recipe, train, validation, test }: Outcome): string =>
  `${recipe.name} at ${recipe.rate}: training ${percent(train.accuracy)}, validation ${percent(validation.accuracy)}, test ${percent(test.accuracy)}`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    'per-class': { type: 'string', default: '40' },
    'test-per-class': { type: 'string', default: '100' },
    epochs: { type: 'string', default: '40' },
  },
});
const { modelPath, preprocessing } = await visionMini.load({
  inspectInputs: () => Promise.resolve([]),
  cacheFolder: tmpdir(),
});
if (preprocessing.kind !== 'image') throw new TypeError('vision-mini is for images');
const pretrained = normaliseModel(await readModel(modelPath));
const engine = createOnnxEngine({ threads: 1 });
const budget: Budget = { epochs: Number(values.epochs), batch: BATCH };
const test = await drawTest(TEST_SEED, Number(values['test-per-class']), preprocessing);
const rows: Comparison[] = [];
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const task = await drawTask(seed, Number(values['per-class']), preprocessing);
  rows.push(await compare({ engine, pretrained, test, budget }, task, seed));
}
console.log(comparisonTable(rows));
