import { faultsOf } from '@espalier/transfer';
import { formerReport } from '../former/report.js';
import { REPORT_VERSION, studyReportSchema, type StudyReport } from './schema.js';

/** A report cannot be read or written; the message says why. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/**
 * Reads a report, of this version or an earlier one.
 *
 * @param where the message's name of the report
 * @throws ReportError where the value is not a report
 */
export function parseReport(value: unknown, where: string): StudyReport {
  const version = versionOf(value);
  if (typeof version === 'number' && !(version >= 1 && version <= REPORT_VERSION)) {
    throw new ReportError(
      `${where} is a report of version ${version}; this version of Espalier reads version ${REPORT_VERSION}.`,
    );
  }
  const parsed = studyReportSchema.safeParse(formerReport(value));
  if (parsed.success) return parsed.data;
  throw new ReportError(`${where} is not a report of Espalier (${faultsOf(parsed.error)}).`, {
    cause: parsed.error,
  });
}

const versionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
