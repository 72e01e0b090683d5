/** A function that is called until it fails once, and its replacement from then on. */
export interface Replaceable<Q, A> {
  readonly ask: (question: Q) => Promise<A>;
  /** Reason for the replacement, for people; null while there is none. */
  readonly replaced: () => string | null;
}

/** @param explain the sentence for a failure; it is kept, and told once */
export function orInstead<Q, A>(
  ask: (question: Q) => Promise<A>,
  instead: (question: Q) => A | Promise<A>,
  { explain, tell }: { readonly explain: (error: Error) => string; readonly tell: (text: string) => void },
): Replaceable<Q, A> {
  let replaced: string | null = null;
  return {
    replaced: () => replaced,
    ask: async (question) => {
      if (replaced !== null) return instead(question);
      try {
        return await ask(question);
      } catch (error) {
        // Another question may have failed meanwhile.
        if (replaced === null) tell((replaced = explain(error as Error)));
        return instead(question);
      }
    },
  };
}
