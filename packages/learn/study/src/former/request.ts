import { formerRanges } from './space.js';
import { isRecord } from './record.js';

/** Settings of version 1 that are dimensions now. */
const dimensions = ['freezeDepths', 'learningRate', 'layerDecay', 'weightDecay', 'augmentation'] as const;
/** The same, of those that were settings of the training. */
const trained = ['batch', 'labelSmoothing', 'dropout'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Fields apart: those of a list, and the others. */
function apart(
  fields: Fields,
  names: readonly string[],
): { readonly named: Fields; readonly others: Fields } {
  const entries = Object.entries(fields);
  const isNamed = ([name]: [string, unknown]): boolean => names.includes(name);
  return {
    named: Object.fromEntries(entries.filter(isNamed)),
    others: Object.fromEntries(entries.filter((entry) => !isNamed(entry))),
  };
}

const recordOr = (value: unknown): Fields => (isRecord(value) ? value : {});

/**
 * Brings what version 1 was asked into today's form: dimensions stood side by side with the other
 * settings, and the baseline was called scratch. What is of today stays as it is.
 */
export function formerAsked(given: unknown): unknown {
  if (!isRecord(given)) return given;
  const { named: ranges, others } = apart(given, dimensions);
  const { scratch, scratchRates, space, training, ...rest } = others;
  const { named: fixed, others: left } = apart(recordOr(training), trained);
  const asked = formerRanges({ ...fixed, ...ranges, ...recordOr(space) });
  const hasSpace = space === undefined ? Object.keys(asked).length > 0 : isRecord(space);
  return {
    ...rest,
    ...(scratch !== undefined && { baseline: scratch }),
    ...(scratchRates !== undefined && { baselineRates: scratchRates }),
    ...(hasSpace ? { space: asked } : space !== undefined && { space }),
    ...(isRecord(training) ? { training: left } : training !== undefined && { training }),
  };
}

/** Brings the settings of version 1 into today's form, without what was the machine's among them. */
export function formerRequest(given: unknown): unknown {
  const asked = formerAsked(given);
  if (!isRecord(asked)) return asked;
  const { named, others: rest } = apart(asked, ['cache', 'engine']);
  const engine = named['engine'];
  const { others: computing } = apart(recordOr(engine), ['threads']);
  return { ...rest, ...(isRecord(engine) ? { engine: computing } : engine !== undefined && { engine }) };
}

/** Extracts the settings of the machine that version 1 stored with the request; null where there are none. */
export function formerEnvironment(given: unknown): unknown {
  const { cache, engine } = recordOr(given);
  const { threads } = recordOr(engine);
  return cache === undefined ? null : { cache, ...(threads !== undefined && { threads }) };
}
