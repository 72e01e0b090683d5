/** A quantity that requests take shares of and give back. */
export interface Budget {
  used(): number;
  /** Takes a share and gives the function that returns it, once; null where less than that is left. */
  take(amount: number): (() => void) | null;
}

export function createBudget(capacity: number): Budget {
  let used = 0;
  return {
    used: () => used,
    take: (amount) => {
      if (used + amount > capacity) return null;
      used += amount;
      let held = amount;
      return () => {
        used -= held;
        held = 0;
      };
    },
  };
}
