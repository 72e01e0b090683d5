import type { Units } from './trials/costs.js';

/** Writes an amount for people in the largest unit that it reaches, as in `3.52 ms` and `9.1 MB`. */
export function writeAmount(units: Units, amount: number): string {
  const unit = units.findLast(({ size }) => size <= amount) ?? units[0];
  if (unit === undefined) return String(amount);
  const count = amount / unit.size;
  return `${Number(count.toPrecision(count < 1 ? 2 : 3))} ${unit.name}`;
}

/** Reads an amount such as `5ms`, `0.5 s` or `5`, which is in the first unit; null where it is none above 0. */
export function readAmount(units: Units, text: string): number | null {
  const [, digits, typed = ''] = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const unit = typed === '' ? units[0] : units.find(({ name }) => name.toLowerCase() === typed.toLowerCase());
  const amount = Number(digits) * (unit?.size ?? NaN);
  return amount > 0 && Number.isFinite(amount) ? amount : null;
}
