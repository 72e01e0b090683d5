import { spawn } from 'node:child_process';

/** Runs a program that ends with a line of JSON; what it says meanwhile goes to the terminal. */
export function lastLineOf<T>(program: string, args: readonly string[]): Promise<T> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) =>
      code === 0
        ? done(JSON.parse(output.trim().split('\n').at(-1) as string) as T)
        : failed(new Error(`${program} ended with code ${code}`)),
    );
  });
}
