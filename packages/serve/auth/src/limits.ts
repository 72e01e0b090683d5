import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many at most in so many seconds. */
export interface Rule {
  readonly points: number;
  readonly seconds: number;
}

/** Too many of something; when to come again. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError';
  /** @param seconds until it may be tried again */
  constructor(readonly seconds: number) {
    super(`too many requests; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`);
  }
}

export interface Limit {
  /** @throws TooManyError where `key` had its share */
  take(key: string): Promise<void>;
  /** Gives a key its whole share again. */
  forget(key: string): Promise<void>;
}

/** Counts in the memory of this process. */
export function createLimit({ points, seconds }: Rule): Limit {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return {
    take: async (key) => {
      await limiter.consume(key).catch((refusal: unknown) => {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new TooManyError(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
      });
    },
    forget: async (key) => void (await limiter.delete(key)),
  };
}

/** Kind of an API call, which decides its rate limit. */
export type Kind = 'read' | 'change' | 'part' | 'stranger';
export type Limits = Readonly<Record<Kind, Limit>>;

/** Pages ask often; people change little; a file comes in many parts; who is not signed in has little to ask. */
export const usualRules: Readonly<Record<Kind, Rule>> = {
  read: { points: 3000, seconds: 60 },
  change: { points: 300, seconds: 60 },
  part: { points: 3000, seconds: 60 },
  stranger: { points: 120, seconds: 60 },
};

/** @param rules where they are others than the usual ones */
export function createLimits(rules: Readonly<Partial<Record<Kind, Rule>>> = {}): Limits {
  const { read, change, part, stranger } = { ...usualRules, ...rules };
  return {
    read: createLimit(read),
    change: createLimit(change),
    part: createLimit(part),
    stranger: createLimit(stranger),
  };
}
