/**
 * A place in (0, 1) for each number of a trial: 1/2, 1/4, 3/4, 1/8, 5/8 ... (van der Corput's sequence).
 *
 * @param {number} trial
 */
function placeOf(trial) {
  let place = 0;
  for (let rest = trial + 1, share = 0.5; rest > 0; rest = Math.floor(rest / 2), share /= 2)
    place += (rest % 2) * share;
  return place;
}

/**
 * The value of a range at a place: of an interval what lies there, of a list one after the other.
 *
 * @param {import('@espalier/search').Range} range
 * @param {number} trial
 * @returns {import('@espalier/search').Value}
 */
function valueOf(range, trial) {
  if (range.kind === 'choices') {
    const { values } = range;
    return /** @type {import('@espalier/search').Value} */ (values[trial % values.length]);
  }
  const { kind, low, high } = range;
  const place = placeOf(trial);
  if (kind === 'logUniform') return low * (high / low) ** place;
  return kind === 'integer' ? Math.round(low + place * (high - low)) : low + place * (high - low);
}

/** @type {import('@espalier/search').Sampler} */
const halving = {
  name: 'halving',
  // The same question has to have the same answer: a study that is resumed asks again.
  suggest: ({ space, trial }) => {
    const backbone = space.backbones[trial % space.backbones.length];
    if (backbone === undefined) return null;
    const ranges = Object.entries({ ...space.ranges, ...backbone.ranges });
    return {
      backbone: backbone.id,
      values: Object.fromEntries(ranges.map(([name, range]) => [name, valueOf(range, trial)])),
    };
  },
};

export const samplers = [halving];
