import { HubApiError } from '@huggingface/hub';
import { BackboneError } from '@espalier/transfer';
import type { HubEnvironment } from './environment.js';

const reasons: Readonly<Record<number, (repository: string, environment: HubEnvironment) => string>> = {
  401: (repository, { token }) =>
    `the hub denied access to ${repository}: ${token === null ? 'it is private, gated or does not exist; set HF_TOKEN to a token that may read it' : 'HF_TOKEN was rejected; create a new token'}`,
  403: (repository) => `${repository} is gated; accept its terms on its page of the hub, then try again`,
  404: (repository) => `the hub has no ${repository}; check the name, the revision and the file`,
  429: () =>
    'the hub received too many requests; try again in a few minutes, or set HF_TOKEN for a higher limit',
};

/** A sentence for what went wrong between here and the hub. */
export function hubFailure(error: unknown, repository: string, environment: HubEnvironment): BackboneError {
  if (error instanceof BackboneError) return error;
  if (error instanceof HubApiError) return statusFailure(error.statusCode, repository, environment, error);
  const { message, cause } = error as Error;
  if (/access token/i.test(message)) return new BackboneError(`HF_TOKEN is not a valid token: ${message}`);
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new BackboneError(
    `cannot reach the hub at ${environment.endpoint} for ${repository} (${reason}); check the network, or set HF_HUB_OFFLINE=1 to use cached files`,
    { cause: error },
  );
}

export function statusFailure(
  status: number,
  repository: string,
  environment: HubEnvironment,
  cause?: unknown,
): BackboneError {
  const reason =
    reasons[status]?.(repository, environment) ??
    `the hub responded with status ${status} for ${repository}; try again later`;
  return new BackboneError(reason, { cause });
}
