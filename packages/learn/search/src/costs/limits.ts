import type { Costs } from '@espalier/study';
import { inSentence, writeAmount } from '@espalier/study/words';
import { costs } from './index.js';

/** Most that something may cost, by the names of the costs. */
export type Limits = Readonly<Record<string, number>>;

/** The costs that are over their limits, in the order of the registry; what was not measured is not over. */
export const overIn = (limits: Limits, found: Costs): string[] =>
  costs.known().filter((name) => (found[name] ?? -Infinity) > (limits[name] ?? Infinity));

/** Writes costs for people, as in "latency 5 ms and size 10 MB". */
export const writeCosts = (found: Costs): string =>
  new Intl.ListFormat('en-GB').format(
    costs
      .entries()
      .flatMap(([name, { label, units }]) =>
        found[name] === undefined ? [] : [`${inSentence(label)} ${writeAmount(units, found[name])}`],
      ),
  );
