import type { StudyReport } from '@espalier/study';
import { bullets, text } from '../markdown.js';

/** Why the sampler chose each trial, in their order; empty where it said nothing. */
export const choices = ({ trials }: StudyReport): string =>
  bullets(trials.flatMap(({ number, why }) => (why === undefined ? [] : [`Trial ${number}: ${text(why)}`])));
