import { endOnStrays } from '@espalier/base/processes';
import { sayFailure } from './failure.js';
import { runProgram } from './program.js';

endOnStrays(sayFailure);

// Who reads has seen enough, as `head` does: no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await runProgram(process.argv.slice(2));
