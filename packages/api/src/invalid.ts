import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Faults of an input that are named; more would not be read. */
const NAMED = 5;

/**
 * Says what is wrong with an input, and where, in words for people: as in
 * `name: give at least 1 character; search.budget.trials: this must be at least 1`.
 */
export function invalidInput({ issues }: z.ZodError): string {
  const named = issues.slice(0, NAMED).map((issue) => {
    const place = issue.path.map(String).join('.');
    return place === '' ? clauseOf(issue) : `${place}: ${clauseOf(issue)}`;
  });
  const more = issues.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function clauseOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${types[issue.expected] ?? 'another kind of value'} is needed`;
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
      return ownWords(issue) ?? 'this cannot be used';
    default:
      return 'this has none of the forms that are known';
  }
}

/** Patterns of ours say what they ask for: `small letters and digits`. */
function formOf(issue: Issue): string {
  const asked = ownWords(issue);
  return asked === null ? 'this does not have the form that is needed' : `use ${asked}`;
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
  url: 'this is not an address of the web',
  datetime: 'this is not a date with a time',
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

/** What a schema of ours says; the library's own words begin otherwise. */
const ownWords = ({ message }: Issue): string | null => (message.startsWith('Invalid') ? null : message);
