/**
 * Watches a study live, stops it as soon as a trial is good enough, and goes on with it afterwards.
 *
 *     npx tsx examples/watch-and-stop.ts demo-data/surfaces results/watched
 */
import { resume, search, type StudyNews } from '@espalier/sdk';

const [dataset = 'demo-data/surfaces', folder = 'results/watched'] = process.argv.slice(2);
const GOOD_ENOUGH = 0.5;

const stop = new AbortController();

/** Hears everything that happens, while it happens. */
function watch(news: StudyNews): void {
  if (news.kind === 'probed') console.log(`probe: ${news.record.value.toFixed(2)} by cross-validation`);
  if (news.kind === 'trial-started') console.log(`trial ${news.trial.number} begins`);
  if (news.kind !== 'epoch') return;
  const { epoch, metrics } = news.record;
  const accuracy = metrics['accuracy'] ?? 0;
  console.log(`trial ${news.number}, epoch ${epoch}: ${accuracy.toFixed(2)}`);
  if (accuracy >= GOOD_ENOUGH) stop.abort(`${accuracy.toFixed(2)} is good enough`);
}

try {
  await search({
    dataset,
    folder,
    space: { freezeDepth: [7, 8] }, // the last stages alone, which is quick
    budget: { trials: 2, epochs: 3 },
    baseline: false,
    seed: 1,
    onEvent: watch,
    signal: stop.signal,
  });
} catch (reason) {
  // A study that is stopped throws what it was stopped with; anything else is an error.
  if (!stop.signal.aborted) throw reason;
  console.log(`stopped: ${String(reason)}`);
}

// Every finished epoch is on the disk. The same folder goes on where it was, with nothing trained twice.
const { trials, reason } = await resume(folder);
console.log(`finished after ${trials.length} trials: ${reason}`);
