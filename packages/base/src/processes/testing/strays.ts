import { endOnStrays, tellOfStrays } from '../index.js';

/** A process that leaves a failure to nobody, and would go on. */
const [kind, where] = process.argv.slice(2);
if (kind === 'end') endOnStrays();
else tellOfStrays((error) => (process.stderr.write(`told: ${(error as Error).message}\n`), 1));
const fail = (): never => {
  throw new RangeError('it was damaged\nat a place');
};
if (where === 'promise') void Promise.resolve().then(fail);
else setImmediate(fail);
setTimeout(() => process.stdout.write('went on'), 200);
