import type { StudyNews } from '@espalier/runner';
import type { SearchView } from './view.js';

/** Prints one JSON object per line for machines; text for people goes to the error stream. */
export function createJson(write: (line: string) => void, say: (text: string) => void): SearchView {
  let shown = '';
  return {
    onEvent: (event) => {
      if (event.kind === 'progress') {
        // One line per percent, not per file and step.
        const percent = `${event.phase} ${Math.floor((100 * event.done) / Math.max(1, event.total))}`;
        if (percent === shown) return;
        shown = percent;
      }
      write(JSON.stringify(objectOf(event)));
    },
    say,
    finish: ({ best, answer, standings, metrics, verdicts, report, files, seconds, reason, folder }) => {
      const { majority, random } = report.baselines;
      write(
        JSON.stringify({
          kind: 'result',
          folder,
          report: files.report,
          model: files.model,
          answer: answer.name,
          title: answer.title,
          trial: best?.number ?? null,
          configuration: best?.configuration ?? null,
          estimate: report.best.estimate ?? null,
          leaderboard: standings,
          testAccuracy: metrics.test.accuracy,
          testInterval: metrics.test.interval,
          validationAccuracy: metrics.validation.accuracy,
          majorityAccuracy: majority.accuracy,
          baselineTestAccuracy: random?.testAccuracy ?? null,
          // Name in earlier versions.
          scratchTestAccuracy: random?.testAccuracy ?? null,
          transfer: verdicts.transfer.kind,
          overfitting: verdicts.overfitting.kind,
          reason,
          seconds,
        }),
      );
    },
    close: () => undefined,
  };
}

function objectOf(event: StudyNews): object {
  switch (event.kind) {
    case 'data': {
      const { name, classes, splits, corrupt, leaks, notes } = event.data;
      const sizes = Object.fromEntries(Object.entries(splits).map(([split, { length }]) => [split, length]));
      return { kind: 'data', name, classes, splits: sizes, corrupt, leaks: leaks.length, notes };
    }
    case 'backbone': {
      const { backbone, stages, parameterCount } = event.prepared;
      const { id, licence } = backbone;
      return {
        kind: 'backbone',
        id,
        licence,
        stages: stages.length,
        parameters: parameterCount,
        depths: event.depths,
      };
    }
    default:
      return event;
  }
}
