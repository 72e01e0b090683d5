export interface Point {
  readonly number: number;
  /** Less is better. */
  readonly cost: number;
  /** More is better. */
  readonly value: number;
}

/** Finds the points that no other point beats in both measures, by increasing cost. */
export function paretoFront(points: readonly Point[]): Point[] {
  const byCost = [...points].sort((a, b) => a.cost - b.cost || b.value - a.value || a.number - b.number);
  const front: Point[] = [];
  for (const point of byCost) {
    const best = front.at(-1)?.value ?? -Infinity;
    if (point.value > best) front.push(point);
  }
  return front;
}
