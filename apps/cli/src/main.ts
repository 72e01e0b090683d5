import { endOnStrays } from '@espalier/base/processes';
import { sayFailure } from './failure.js';
import { runProgram } from './program.js';

endOnStrays(sayFailure);

// The reader of the output has closed the pipe, as `head` does; that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await runProgram(process.argv.slice(2));
