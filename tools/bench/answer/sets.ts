import type { Source } from './item.js';
import { bloodCells } from './sources/blood.js';
import { dogsAndCats, mnist, speakers, spokenDigits, usps } from './sources/folders.js';
import { sounds, surfaces } from './sources/generated.js';
import { blurred, dark, noisy } from './sources/shifted.js';
import { questions, reviews, supportMessages, textMessages } from './sources/texts.js';

/** A small labelled set with fresh examples to test on, and the backbone that reads it. */
export interface AnswerSet {
  readonly source: Source;
  readonly labelled: number;
  /** Most fresh examples. */
  readonly fresh: number;
  /** A name, or a folder of `shared/backbones`. */
  readonly backbone: string;
  /** Whether a group is labelled or fresh as a whole. */
  readonly grouped?: true;
}

const FRESH = 800;
const [mobilenet2, mobilenet1, yamnet] = ['mobilenet_v2', 'mobilenet_v1_025', 'yamnet'];

/** A new set is one line. */
export const answerSets = {
  'dogs-100': { source: dogsAndCats, labelled: 100, fresh: FRESH, backbone: mobilenet2 },
  'dogs-300': { source: dogsAndCats, labelled: 300, fresh: FRESH, backbone: mobilenet1 },
  'dogs-1000': { source: dogsAndCats, labelled: 1000, fresh: FRESH, backbone: mobilenet2 },
  'surfaces-160': { source: surfaces, labelled: 160, fresh: FRESH, backbone: 'vision-mini' },
  'blood-200': { source: bloodCells, labelled: 200, fresh: FRESH, backbone: mobilenet2, grouped: true },
  'mnist-300': { source: mnist, labelled: 300, fresh: FRESH, backbone: mobilenet1 },
  'usps-500': { source: usps, labelled: 500, fresh: FRESH, backbone: 'vision-mini' },
  'trec-500': { source: questions, labelled: 500, fresh: FRESH, backbone: 'text-mini' },
  'trec-1500': { source: questions, labelled: 1500, fresh: FRESH, backbone: 'text-mini' },
  'sst2-500': { source: reviews, labelled: 500, fresh: FRESH, backbone: 'text-mini' },
  'sst2-1500': { source: reviews, labelled: 1500, fresh: FRESH, backbone: 'text-mini' },
  'sms-200': { source: textMessages, labelled: 200, fresh: FRESH, backbone: 'text-mini' },
  'messages-235': { source: supportMessages, labelled: 235, fresh: FRESH, backbone: 'text-mini' },
  'digits-300': { source: spokenDigits, labelled: 300, fresh: FRESH, backbone: yamnet },
  'digits-new-speakers-400': {
    source: spokenDigits,
    labelled: 400,
    fresh: FRESH,
    backbone: 'audio-mini',
    grouped: true,
  },
  'speakers-120': { source: speakers, labelled: 120, fresh: FRESH, backbone: yamnet },
  'sounds-200': { source: sounds, labelled: 200, fresh: 500, backbone: yamnet },
} as const satisfies Record<string, AnswerSet>;

/** Pictures unlike those that a network was trained on. */
export const shiftedSets = {
  'dogs-blurred-300': { source: blurred(dogsAndCats), labelled: 300, fresh: FRESH, backbone: mobilenet1 },
  'dogs-noisy-300': { source: noisy(dogsAndCats), labelled: 300, fresh: FRESH, backbone: mobilenet1 },
  'dogs-dark-300': { source: dark(dogsAndCats), labelled: 300, fresh: FRESH, backbone: mobilenet1 },
} as const satisfies Record<string, AnswerSet>;

export const allSets = { ...answerSets, ...shiftedSets };

export type AnswerSetName = keyof typeof allSets;
