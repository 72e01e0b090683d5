/** Work that cannot be queued or changed, said in a sentence for people. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}
