export { bearerCheck, tokenProblem } from './bearer.js';
export { hostName, isLoopback } from './loopback.js';
export { beginRequestSpan, endRequestSpan, inBatchSpan, type RequestSpan } from './tracing.js';
