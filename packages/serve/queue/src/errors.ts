/** Work that cannot be queued or changed, said in a sentence for people. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}

/** Somebody else has the task meanwhile, or nobody may do it any more: what was to be written is not. */
export class LostClaimError extends Error {
  override readonly name = 'LostClaimError';
}
