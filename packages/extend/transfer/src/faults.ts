import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Faults of an input that are named; more would not be read. */
const NAMED = 5;

/**
 * Says what is wrong with a value, and where, in words for people: as in
 * `name: give at least 1 character; search.budget.trials: this must be at least 1`.
 *
 * @param placeOf writes a place; `stages.0` where it is left out
 */
export function faultsOf({ issues }: z.ZodError, placeOf: (path: Path) => string = dotted): string {
  const named = issues.slice(0, NAMED).map((issue) => {
    const place = placeOf(issue.path);
    return place === '' ? faultOf(issue) : `${place}: ${faultOf(issue)}`;
  });
  const more = issues.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

type Path = Issue['path'];

const dotted = (path: Path): string => path.map(String).join('.');

/** A place as code has it: `stages[0]`. */
export const bracketed = (path: Path): string =>
  path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');

/** Describes the fault at one path as a clause: `a number is needed`. */
export function faultOf(issue: Issue): string {
  const own = ownWords(issue);
  if (own !== null && issue.code !== 'invalid_format') return own;
  switch (issue.code) {
    case 'invalid_type':
      return `${types[issue.expected] ?? kindOf(issue.expected)} is needed${receivedBy(issue)}`;
    case 'too_small':
      return bound(issue.origin, issue.minimum, issue.inclusive === false ? 'above' : 'least');
    case 'too_big':
      return bound(issue.origin, issue.maximum, issue.inclusive === false ? 'below' : 'most');
    case 'invalid_format':
      return formats[issue.format] ?? formOf(issue);
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')} is needed`;
    case 'unrecognized_keys':
      return `there is no setting ${issue.keys.join(', ')}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor} is needed`;
    case 'custom':
      return 'this is invalid';
    default:
      return 'this matches no known form';
  }
}

/** Patterns of ours say what they ask for, `small letters and digits`, or a sentence of their own. */
function formOf(issue: Issue): string {
  const asked = ownWords(issue);
  if (asked === null) return 'this does not have the required form';
  return /\b(is|are|has|must|may)\b/.test(asked) ? asked : `use ${asked}`;
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with settings',
  record: 'an object with settings',
  date: 'a date',
};

const formats: Readonly<Record<string, string>> = {
  uuid: 'this is not an id',
  email: 'this is not an e-mail address',
  url: 'this is not a web address',
  datetime: 'this is not a date and time',
};

const counted: Readonly<Record<string, readonly [string, string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
  set: ['entry', 'entries'],
};

type Limit = 'least' | 'most' | 'above' | 'below';

const limits: Readonly<Record<Limit, (value: string) => string>> = {
  least: (value) => `at least ${value}`,
  most: (value) => `at most ${value}`,
  above: (value) => `more than ${value}`,
  below: (value) => `less than ${value}`,
};

/** A limit of a length in characters or entries, or of a number. */
function bound(origin: string, value: number | bigint, limit: Limit): string {
  const unit = counted[origin];
  if (unit === undefined) return `this must be ${limits[limit](String(value))}`;
  return `give ${limits[limit](`${value} ${unit[Number(value) === 1 ? 0 : 1]}`)}`;
}

/** The class that an instance is needed of, by its name. */
const kindOf = (expected: string): string =>
  /^[A-Z]/.test(expected) ? `a value of ${expected}` : 'another kind of value';

/** Numbers that are none are named: they look like one where they come from. */
const receivedBy = (issue: Issue): string =>
  'received' in issue && typeof issue.received === 'string' ? `, but this is ${issue.received}` : '';

/** Returns the message of our own schema; null for messages of the library. */
const ownWords = ({ message }: Issue): string | null =>
  /^(Invalid|Too (small|big)|Unrecognized key|Not a multiple)/.test(message) ? null : message;
