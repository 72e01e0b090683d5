import type { Prisma } from '@espalier/store';
import { z } from 'zod';

/** Of a row; it says nothing else. */
export const id = z.string().describe('Id');

export const moment = z.iso.datetime();

/** Answer of a mutation that creates something. */
export const made = z.strictObject({ id });

/** Answer of a mutation without a result. */
export const nothing = z.void();

/** A list that comes a page at a time. */
export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item).readonly(),
    next: z.string().nullable().describe('The cursor of the next page; null at the end'),
  });

/** JSON that is kept as it came. */
export const anything = z.custom<Prisma.JsonValue>();

export const share = z.number().min(0).max(1);
export const whole = z.int();
