import { faultOf } from '@espalier/transfer';
import { z } from 'zod';
import { SdkError } from './errors.js';

/** A callback, or none. */
export const callback = <F extends (...values: never[]) => void>() =>
  z.custom<F>((value) => typeof value === 'function', 'it must be a function').optional();

/** An AbortSignal, or none. */
export const stopper = z.instanceof(AbortSignal, { error: 'it must be an AbortSignal' }).optional();

/**
 * Parses a value by its schema.
 *
 * @param what the called function, for the message
 * @throws SdkError naming the first invalid option
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  if (issue?.code === 'unrecognized_keys') throw unknownOption(schema, what, at, issue.keys);
  throw refused(what, at, issue === undefined ? 'it has an unexpected value' : faultOf(issue));
}

/** Makes the error of an invalid option. */
export function refused(what: string, path: readonly PropertyKey[], reason: string): SdkError {
  const at = path.filter((part) => typeof part !== 'symbol');
  const name = at.length === 0 ? 'its options' : `option ${at.join('.')}`;
  return new SdkError(`${what}: ${name} is invalid: ${reason}`, { path: at, reason });
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
    reason: 'this option does not exist',
  });
}

/** Lists the names of the options at a path of a schema. */
function optionsAt(schema: unknown, [first, ...rest]: readonly (string | number)[]): string[] {
  const plain = bare(schema);
  if (!(plain instanceof z.ZodObject)) return [];
  return first === undefined ? Object.keys(plain.shape) : optionsAt(plain.shape[first], rest);
}

/** Unwraps a schema from its default and its preprocessing. */
function bare(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return bare(schema.out);
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return bare(schema.unwrap());
  }
  return schema;
}
