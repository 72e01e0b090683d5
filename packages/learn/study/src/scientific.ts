/** As in `2.5e-4`: two digits. */
export const scientific = (value: number): string =>
  value === 0 ? '0' : Number(value.toPrecision(2)).toExponential().replace('e+', 'e');
