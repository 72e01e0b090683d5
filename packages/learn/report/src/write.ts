import { join } from 'node:path';
import { writeFileAtomic } from '@espalier/base/files';
import { renderCard } from './card.js';
import { renderMarkdown } from './report.js';
import { parseReport, type StudyReport } from '@espalier/study';

/**
 * Writes report.json, report.md, model-card.md and the charts into a folder, each atomically.
 * Nothing is written where the report is not valid.
 *
 * @returns the names of the files
 * @throws ReportError where the report contradicts its schema
 */
export async function writeReport(folder: string, report: StudyReport): Promise<string[]> {
  const valid = parseReport(report, 'What is to be written');
  // The library that draws is large: only who writes a report loads it.
  const { chartsOf } = await import('./charts/index.js');
  const contents: readonly (readonly [string, string])[] = [
    ['report.json', `${JSON.stringify(valid, null, 2)}\n`],
    ['report.md', renderMarkdown(valid)],
    ['model-card.md', renderCard(valid)],
    ...(await chartsOf(valid)),
  ];
  for (const [name, content] of contents) await writeFileAtomic(join(folder, name), content);
  return contents.map(([name]) => name);
}
