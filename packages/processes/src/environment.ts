const secret = /^(DATABASE_URL|ESPALIER_(SECRET|OIDC|BLOBS|METRICS)|AWS_|PG)/;

/** An environment without the keys to the database, the blobs and the server, for what runs networks or plugins. */
export const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  // Where Next.js has its say NODE_ENV is always there, and it is no secret.
  Object.fromEntries(Object.entries(env).filter(([name]) => !secret.test(name))) as NodeJS.ProcessEnv;
