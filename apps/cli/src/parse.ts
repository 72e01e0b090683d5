import { rangeOf } from '@espalier/search/typed';
import type { Offer, OfferedDimension, Range } from '@espalier/study';
import { readAmount } from '@espalier/study/words';
import { InvalidArgumentError } from 'commander';

/** Parsers of option values; each throws commander's error, which names the option. */

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Enter a number.');
  return value;
}

export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('Enter a whole number of 1 or more.');
  }
  return value;
}

export function parseWhole(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Enter a whole number of 0 or more.');
  }
  return value;
}

export const parseList = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const parseNumbers = (text: string): number[] => parseList(text).map(parseNumber);
export const parseWholes = (text: string): number[] => parseList(text).map(parseWhole);

const unitSeconds = { s: 1, m: 60, h: 3600 } as const;

/** Parses `90s`, `10m`, `1.5h` or a number of seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/.exec(text.trim());
  const seconds = Number(match?.[1]) * unitSeconds[(match?.[2] || 's') as keyof typeof unitSeconds];
  if (!(seconds > 0)) throw new InvalidArgumentError('Enter a duration such as 90s, 10m or 2h.');
  return seconds;
}

/** Parses a range of a dimension: a value, a list `0.001,0.01`, or bounds `0.0001..0.01`. */
export const parseRange =
  ({ domain, scale }: OfferedDimension) =>
  (text: string): Range => {
    const whole = domain.kind === 'number' && domain.whole === true;
    const range = rangeOf(text, { kind: domain.kind, scale, whole });
    if (range !== null) return range;
    if (domain.kind === 'name') throw new InvalidArgumentError('Enter a list of names.');
    const isRange = text.split('..').length > 2;
    throw new InvalidArgumentError(isRange ? 'Enter a range as low..high.' : 'Enter a number.');
  };

/** Parses a limit such as `latency=5ms`, and adds it to those before. */
export const parseLimit =
  (costs: Offer['costs']) =>
  (text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> => {
    const [, name = '', amount = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    const cost = costs.find((one) => one.name === name.trim());
    if (cost === undefined) {
      const names = costs.map((one) => one.name).join(', ');
      throw new InvalidArgumentError(`Enter a limit such as latency=5ms; costs are ${names}.`);
    }
    const limit = readAmount(cost.units, amount);
    if (limit !== null) return { ...before, [cost.name]: limit };
    const units = cost.units.map((unit) => unit.name).join(', ');
    throw new InvalidArgumentError(`Enter an amount of ${cost.name} above 0 in ${units}.`);
  };

/** Parses a size in gigabytes into bytes. */
export function parseGigabytes(text: string): number {
  const value = parseNumber(text);
  if (!(value > 0)) throw new InvalidArgumentError('Enter a number of gigabytes above 0.');
  return Math.round(value * 2 ** 30);
}

export const collect = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

const LAST_PORT = 65_535;

/** Parses a port to listen on; 0 stands for any free port. */
export function parsePort(text: string): number {
  const port = parseWhole(text);
  if (port > LAST_PORT) throw new InvalidArgumentError(`Enter a port of at most ${LAST_PORT}.`);
  return port;
}
