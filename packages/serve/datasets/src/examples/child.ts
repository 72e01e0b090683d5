import { DatasetError, ImageError } from '@espalier/data';
import { openPlugins } from '@espalier/plugins';
import { serveHelper } from '@espalier/base/processes';
import { DatasetsError } from '../errors.js';
import type { ExampleFunctions } from './protocol.js';
import { readExample } from './read.js';

/** A process that reads one dataset and gives its examples. */

// The dataset may be one for a plugin's reader.
const plugins = openPlugins({ from: process.cwd(), tell: (text) => process.stderr.write(`${text}\n`) });

const functions: ExampleFunctions = {
  content: async (place, id, thumbnails) => {
    await plugins;
    try {
      return await readExample(place, id, thumbnails);
    } catch (error) {
      if (error instanceof DatasetsError)
        return { kind: 'refused', problem: error.problem, message: error.message };
      if (error instanceof ImageError)
        return { kind: 'damaged', example: error.example, reason: error.reason };
      if (error instanceof DatasetError)
        return { kind: 'refused', problem: 'failed', message: error.message };
      throw error;
    }
  },
};
serveHelper(functions);
