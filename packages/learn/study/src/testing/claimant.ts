import { openFolderStorage } from '../folder/index.js';

/** A process that claims a piece of the study in a folder, says so, and stays until it is killed. */
const [folder = '', piece = ''] = process.argv.slice(2);
const claiming = await openFolderStorage(folder).claim(piece, `process ${process.pid}`);
if (claiming.kind === 'taken') throw claiming.error;
process.stdout.write(JSON.stringify(claiming.claim));
setInterval(() => undefined, 1000);
