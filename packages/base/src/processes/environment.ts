const keys = /^(DATABASE_URL|ESPALIER_(SECRET|OIDC|BLOBS|METRICS|SERVE_TOKEN|KEY)|AWS_|PG)/;
const secrets = /^HF_|TOKEN|SECRET|PASSWORD/;

// Where Next.js has its say NODE_ENV is always there, and it is no secret.
const keeping = (env: NodeJS.ProcessEnv, leaveOut: readonly RegExp[]): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !leaveOut.some((pattern) => pattern.test(name))),
  ) as NodeJS.ProcessEnv;

/** An environment without the keys to the database, the blobs and the server, for what runs networks or plugins. */
export const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => keeping(env, [keys]);

/** An environment without a key to anything, for what decodes files and fetches nothing. */
export const withoutKeys = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => keeping(env, [keys, secrets]);
