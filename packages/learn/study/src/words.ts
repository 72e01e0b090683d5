/** Writes a label within a sentence: "Macro F1" as "macro F1". */
export const inSentence = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1);

/** Formats a value of a metric: a share as `93.3 %`, a number as `0.421`. */
export const writeIn = ({ unit }: { readonly unit: 'share' | 'number' }, value: number): string =>
  unit === 'share' ? `${(100 * value).toFixed(1)} %` : value.toFixed(3);

/** Formats a difference of a metric: of shares as `3.1 points`. */
export const writeGap = ({ unit }: { readonly unit: 'share' | 'number' }, value: number): string =>
  unit === 'share' ? `${(100 * value).toFixed(1)} points` : value.toFixed(3);
