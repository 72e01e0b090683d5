import { faultOf } from '@espalier/transfer';
import { z } from 'zod';
import { SdkError } from './errors.js';

/** A callback, or none. */
export const callback = <F extends (...values: never[]) => void>() =>
  z.custom<F>((value) => typeof value === 'function', 'it has to be a function').optional();

/** What stops a call, or nothing. */
export const stopper = z.instanceof(AbortSignal, { error: 'it has to be an AbortSignal' }).optional();

/**
 * A value as its schema gives it.
 *
 * @param what the function that was called, for the message
 * @throws SdkError naming the first option that cannot be used
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  if (issue?.code === 'unrecognized_keys') throw unknownOption(schema, what, at, issue.keys);
  throw refused(what, at, issue === undefined ? 'it is not what is expected' : faultOf(issue));
}

/** The error of an option that cannot be used. */
export function refused(what: string, path: readonly PropertyKey[], reason: string): SdkError {
  const at = path.filter((part) => typeof part !== 'symbol');
  const name = at.length === 0 ? 'its options' : `option ${at.join('.')}`;
  return new SdkError(`${what}: ${name} cannot be used as given: ${reason}`, { path: at, reason });
}

function unknownOption(
  schema: z.ZodType,
  what: string,
  at: readonly (string | number)[],
  keys: readonly string[],
): SdkError {
  const unknown = [...at, keys[0] as string];
  const known = optionsAt(schema, at).join(', ');
  const place = at.length === 0 ? 'there are' : `${at.join('.')} takes`;
  return new SdkError(`${what}: there is no option '${unknown.join('.')}'; ${place} ${known}`, {
    path: unknown,
    reason: 'there is no such option',
  });
}

/** The names of the options at a place of a schema. */
function optionsAt(schema: unknown, [first, ...rest]: readonly (string | number)[]): string[] {
  const plain = bare(schema);
  if (!(plain instanceof z.ZodObject)) return [];
  return first === undefined ? Object.keys(plain.shape) : optionsAt(plain.shape[first], rest);
}

/** A schema without its default, and without what happens before it. */
function bare(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return bare(schema.out);
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return bare(schema.unwrap());
  }
  return schema;
}
