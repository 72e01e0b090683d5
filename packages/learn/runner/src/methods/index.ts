import { methodOf, type MethodName } from '@espalier/search';
import type { Configuration } from '@espalier/study';
import type { TransferMethod } from './method.js';
import { probe } from './probe/index.js';
import { tune } from './tune/index.js';

/** How each method that a search knows works. */
const methods: Readonly<Record<MethodName, TransferMethod>> = { tune, probe };

/** The method of a configuration. */
export const methodFor = (configuration: Pick<Configuration, 'values'>): TransferMethod =>
  methods[methodOf(configuration)];
