/** Linear warm-up over the first twentieth, then a cosine to nothing (Loshchilov & Hutter, 2017). */
export function rateAt(step: number, steps: number, peak: number): number {
  const warmUp = Math.max(1, Math.round(steps / 20));
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  const progress = (step - warmUp) / Math.max(1, steps - warmUp);
  return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
}
