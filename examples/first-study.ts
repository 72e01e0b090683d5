/**
 * Finds the best classifier for a folder of class folders, and says how good it is.
 *
 *     npx tsx examples/first-study.ts demo-data/surfaces results/first-study
 */
import { search } from '@espalier/sdk';

const [dataset = 'demo-data/surfaces', folder = 'results/first-study'] = process.argv.slice(2);

// All but the dataset has a default. A real search leaves out what makes this one quick.
const study = await search({
  dataset,
  folder,
  space: { freezeDepth: [7, 8] },
  budget: { trials: 2, epochs: 3 },
  baseline: false,
  seed: 1,
});

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
console.log(`The answer is ${study.answer.title}.`);
console.log(`Of the test pictures it names ${percent(study.metrics.test.value)} rightly.`);

// The leaderboard holds all that was compared: probes, trials, averages, and baselines without a network.
for (const { name, title } of study.standings.slice(0, 3)) console.log(`- ${name}: ${title}`);
console.log(`Model, report and model card are in ${study.folder}.`);
