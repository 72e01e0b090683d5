const ROOT_5 = Math.sqrt(5);

/** Matern's correlation of smoothness 5/2. @param squared distance in length scales, squared */
export function matern(squared: number): number {
  const r = ROOT_5 * Math.sqrt(squared);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** Its derivative by the squared distance. */
export function maternSlope(squared: number): number {
  const r = ROOT_5 * Math.sqrt(squared);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}
