import { inSentence } from '@espalier/study/words';
import { blocks, text } from './markdown.js';
import type { StudyReport } from '@espalier/study';
import { advice } from './sections/advice.js';
import { backboneFacts } from './sections/backbones.js';
import { choices } from './sections/choices.js';
import { paretoFront } from './sections/costs.js';
import { datasetFacts } from './sections/dataset.js';
import { explanation } from './sections/explanation.js';
import { growthFacts } from './sections/growth.js';
import { guards, headline } from './sections/headline.js';
import { leaderboard, standings } from './sections/leaderboard.js';
import { provenance } from './sections/provenance.js';
import { probeFacts } from './sections/probes.js';
import { reproduction, usage } from './sections/reproduce.js';
import { metrics } from './sections/results.js';
import { transferability } from './sections/scores.js';
import { searchFacts, training } from './sections/search.js';
import { sectionsOf } from './tasks/index.js';

/** The report in GitHub's Markdown. The pictures it shows are those {@link writeReport} writes. */
export const renderMarkdown = (report: StudyReport): string =>
  `${blocks(
    `# ${text(report.dataset.name)}: ${sectionsOf(report).scope(report)}`,
    headline(report),
    section('Guards', guards(report)),
    section('Since the earlier study', growthFacts(report)),
    section('Advice', advice(report)),
    section('Leaderboard', standings(report)),
    section('Which examples chose what', provenance(report)),
    section('Pareto front', paretoFront(report)),
    section(report.leaderboard.length === 0 ? 'Leaderboard' : 'Trials', leaderboard(report)),
    `![Best validation ${text(inSentence(report.search.objective.label))} by freeze depth](freeze-depth.svg)`,
    section('Linear probes', probeFacts(report)),
    section('Transferability', transferability(report)),
    section('Training', training(report)),
    section('Metrics', metrics(report)),
    ...sectionsOf(report)
      .sections(report)
      .map(([title, body]) => section(title, body)),
    section('Dataset', datasetFacts(report)),
    section('Search', searchFacts(report)),
    section('Why each trial was chosen', choices(report)),
    section('What made a difference', explanation(report)),
    section('Backbones', backboneFacts(report)),
    section('Using the model', usage(report)),
    section('Reproducing the study', reproduction(report)),
  )}\n`;

const section = (title: string, body: string): string => (body === '' ? '' : blocks(`## ${title}`, body));
