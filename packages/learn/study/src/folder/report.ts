import { readFile } from 'node:fs/promises';
import { parseReport, ReportError } from '../report/parse.js';
import type { StudyReport } from '../report/schema.js';

/**
 * Reads a report.json.
 *
 * @throws ReportError where there is none, or it is damaged, foreign or of a later version
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
