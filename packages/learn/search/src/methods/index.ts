import { registry } from '@espalier/base';
import type { Configuration } from '@espalier/study';
import { SearchError } from '../errors.js';
import type { Method } from './method.js';
import { probe } from './probe.js';
import { tune } from './tune.js';

/** All methods. The first is that of a configuration which names none. */
export const methods = registry<Method>('method', SearchError).of({ tune, probe });

/** The method of a configuration. @throws SearchError where it names one that there is not */
export function methodOf({ values }: { readonly values: Readonly<Record<string, unknown>> }): string {
  const name = String(values['method'] ?? methods.names[0]);
  methods.get(name);
  return name;
}

/** What a configuration is, for people. */
export const titleOfConfiguration = (configuration: Configuration): string =>
  `${configuration.backbone}, ${methods.get(methodOf(configuration)).title(configuration.values)}`;
