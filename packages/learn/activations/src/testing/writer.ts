import { openActivationStore } from '../store.js';
import { recordOf, testSpace } from './records.js';

/** Appends examples from `first` until it has `count` or is killed; prints the last one that was synced. */
const [folder = '', first = '0', count = '0'] = process.argv.slice(2);
const store = openActivationStore({ folder, maxBytes: 2 ** 30 });
const space = store.space(testSpace);
const end = Number(first) + Number(count);
for (let index = Number(first); index < end; index += 4) {
  space.append([index, index + 1, index + 2, index + 3].map(recordOf));
  space.sync();
  process.stdout.write(`${index + 3}\n`);
}
store.close();
