/** Flags of Node for a child that does as this process: without the script of `node -e`, which it would run. */
export const nodeFlags = (flags: readonly string[]): readonly string[] =>
  flags.some((flag) => /^(-e|-p|-pe|--eval|--print)\b/.test(flag)) ? [] : flags;
