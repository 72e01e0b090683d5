import { z } from 'zod';
import { earlierTrialSchema } from '../experience/row.js';
import { environmentSchema } from './environment.js';
import { growthSchema } from './growth.js';
import { formerEvent } from '../former/events.js';
import { formerProbeSchema, probeRecordSchema } from '../trials/probe.js';
import { studyRequestSchema } from './request.js';
import { configurationSchema, searchSpaceSchema } from '../search/space.js';
import { costsSchema } from '../trials/costs.js';
import { epochRecordSchema, objectiveSchema, trialRoleSchema, trialStatusSchema } from '../trials/trial.js';

/** The version of the events' format; those of version 1 are read, too. */
export const EVENTS_VERSION = 2;

/** `elapsed`: seconds of work on the study, over all sessions. */
const entry = { elapsed: z.number().nonnegative() };

const key = { role: trialRoleSchema.default('searched'), number: z.number().int().nonnegative() };

/** Events of a study, in order: its only history. */
export const studyEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...entry,
    type: z.literal('study'),
    version: z.literal(EVENTS_VERSION),
    startedAt: z.string(),
    settings: studyRequestSchema,
    /** Of the machine that began it. */
    environment: environmentSchema.nullable(),
    space: searchSpaceSchema,
    objective: objectiveSchema,
    /** Hash of the dataset's contents and split. */
    data: z.string(),
    /** Fingerprint of each backbone, in the order of the space. */
    models: z.array(z.string()),
    /** Only of a study that grows an earlier one. */
    growth: growthSchema.optional(),
    /** Trials of earlier studies that its sampler knows. */
    experience: z.array(earlierTrialSchema).optional(),
  }),
  z.strictObject({
    ...entry,
    type: z.literal('probed'),
    record: z.union([probeRecordSchema, formerProbeSchema]),
  }),
  z.strictObject({
    ...entry,
    ...key,
    type: z.literal('trial-started'),
    configuration: configurationSchema,
    /** Why the sampler chose it, for people. */
    why: z.string().optional(),
    /** Number of the searched trial whose best weights it begins with. */
    startedFrom: z.number().int().nonnegative().optional(),
    /** Worker that trains the trial, if there are several. */
    worker: z.string().optional(),
  }),
  z.strictObject({ ...entry, ...key, type: z.literal('epoch'), record: epochRecordSchema }),
  z.strictObject({
    ...entry,
    ...key,
    type: z.literal('trial-ended'),
    status: trialStatusSchema,
    reason: z.string(),
    /** Whether its best epoch has less validation loss than its start. */
    improved: z.boolean().optional(),
  }),
  /** What a network costs, which is measured once; networks of one name are alike but for their weights. */
  z.strictObject({ ...entry, type: z.literal('measured'), network: z.string().min(1), costs: costsSchema }),
  z.strictObject({ ...entry, type: z.literal('search-ended'), reason: z.string() }),
  /** Deviation from the request, for people. */
  z.strictObject({ ...entry, type: z.literal('note'), text: z.string() }),
  z.strictObject({ ...entry, type: z.literal('paused') }),
  z.strictObject({ ...entry, type: z.literal('finished'), finishedAt: z.string() }),
]);
export type StudyEvent = z.infer<typeof studyEventSchema>;
export type StudyHeader = Extract<StudyEvent, { type: 'study' }>;
/** An event of a trial. */
export type TrialEvent = Extract<StudyEvent, { role: unknown }>;

/** An event before it is stamped with the time. */
export type Unstamped<E extends StudyEvent = StudyEvent> = E extends StudyEvent ? Omit<E, 'elapsed'> : never;

/** A baseline that an event may speak of without its number. */
export interface KnownBaseline {
  readonly number: number;
  readonly learningRate: number;
}

/**
 * Reads a kept event, which may be one of version 1. One of those can be several of today: it told of a
 * baseline by its learning rate, and not when it began.
 *
 * @param baselines of the study so far
 * @throws z.ZodError where it is not an event
 */
export const readEvent = (given: unknown, baselines: readonly KnownBaseline[]): readonly StudyEvent[] =>
  formerEvent(given, baselines).map((event) => studyEventSchema.parse(event));
