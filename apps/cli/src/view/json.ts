import type { StudyNews } from '@espalier/runner';
import type { TaskEvaluation } from '@espalier/study';
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
      const { trivial, random } = report.baselines;
      const ofAccuracy = (value: number | undefined): number | null =>
        report.metric.name === 'accuracy' ? (value ?? null) : null;
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
          metric: report.metric,
          validation: standingOf(metrics.validation),
          test: standingOf(metrics.test),
          trivialTest: trivial.value,
          baselineTest: random?.test ?? null,
          // Names in earlier versions, which measured everything by the accuracy.
          testAccuracy: metrics.test.classification?.accuracy ?? null,
          testInterval: metrics.test.classification?.interval ?? null,
          validationAccuracy: metrics.validation.classification?.accuracy ?? null,
          majorityAccuracy: ofAccuracy(trivial.value),
          baselineTestAccuracy: ofAccuracy(random?.test),
          scratchTestAccuracy: ofAccuracy(random?.test),
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

const standingOf = ({ value, low, high, examples }: TaskEvaluation) => ({ value, low, high, examples });

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
