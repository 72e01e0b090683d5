import { readFile } from 'node:fs/promises';
import { faultsOf } from '@espalier/transfer';
import { ReportError } from './errors.js';
import { REPORT_VERSION, studyReportSchema, type StudyReport } from './schema.js';

/**
 * Reads a report.json.
 *
 * @throws ReportError where there is none, or it is damaged, foreign or of another version
 */
export async function readReport(path: string): Promise<StudyReport> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ReportError(`There is no report at ${path}.`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ReportError(`${path} is not JSON; it is cut short or damaged.`, { cause });
  }
  return parseReport(value, path);
}

/** @throws ReportError where the value is not a report; `where` is what the message calls it */
export function parseReport(value: unknown, where: string): StudyReport {
  const version = versionOf(value);
  if (typeof version === 'number' && version !== REPORT_VERSION) {
    throw new ReportError(
      `${where} is a report of version ${version}; this version of Espalier reads version ${REPORT_VERSION}.`,
    );
  }
  const parsed = studyReportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ReportError(`${where} is not a report of Espalier (${faultsOf(parsed.error)}).`, {
    cause: parsed.error,
  });
}

const versionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
