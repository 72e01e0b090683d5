import { homedir } from 'node:os';
import { join } from 'node:path';

/** Access to the hub, configured by the environment variables of Hugging Face's own tools. */
export interface HubEnvironment {
  readonly endpoint: string;
  /** Sent to the hub alone, never logged. */
  readonly token: string | null;
  readonly offline: boolean;
  /** Folder of the hub's cache, shared with Hugging Face's own tools. */
  readonly cache: string;
}

const truthy = new Set(['1', 'on', 'yes', 'true']);

/** Reads HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME. */
export function hubEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): HubEnvironment {
  const home = env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
  return {
    endpoint: (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, ''),
    token: env['HF_TOKEN']?.trim() || null,
    offline: truthy.has((env['HF_HUB_OFFLINE'] ?? '').toLowerCase()),
    cache: env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(home, 'hub'),
  };
}
