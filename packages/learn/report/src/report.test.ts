import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StudyReport } from '@espalier/study';
import { renderCard, renderMarkdown } from './index.js';
import { withoutPlaces } from './text.js';
import { probeReportOf, reportOf } from './testing/fixtures.js';

/** The rows of the table under a heading, as cells; a bar is always a border because text escapes it. */
function tableUnder(markdown: string, title: string): string[][] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const withVerdicts = (verdicts: Partial<StudyReport['verdicts']>): StudyReport => {
  const report = reportOf();
  return { ...report, verdicts: { ...report.verdicts, ...verdicts } };
};

describe('transferability', () => {
  it('puts the scores of each depth beside what it reached', () => {
    const markdown = renderMarkdown(probeReportOf());
    const [titles, , ...rows] = tableUnder(markdown, 'Transferability');
    expect(titles).toEqual(['Backbone', 'Depth', 'k-NN', 'LEEP', 'Probe', 'Best trial']);
    expect(rows[0]?.slice(0, 5)).toEqual(['shapes-net', '4', '80.0 %', '', '90.0 %']);
    expect(rows[4]?.slice(0, 4)).toEqual(['Rank correlation: probes', '', '1.000', '']);
    expect(markdown).toContain('shapes-net has no LEEP: its file has no classifier.');
    expect(renderMarkdown(reportOf())).not.toContain('Transferability');
  });
});

describe('what made a difference', () => {
  it('is a table of the dimensions and a comparison with random search', () => {
    const markdown = renderMarkdown(reportOf());
    expect(tableUnder(markdown, 'What made a difference').slice(2)).toEqual([
      ['Learning rate', '73 %'],
      ['Augmentation', '2 %'],
    ]);
    expect(markdown).toContain(
      'Random search is expected to reach 88.4 % with the same work (85.1 % to 90.7 % in nine of ten runs); this search is expected at 91.2 %.',
    );
  });

  it('is left out where nobody knows, as in reports of earlier versions', () => {
    const search = { ...reportOf().search, explanation: undefined };
    expect(renderMarkdown({ ...reportOf(), search })).not.toContain('What made a difference');
    const unknown = { ...search, explanation: { importance: [], random: null } };
    expect(renderMarkdown({ ...reportOf(), search: unknown })).not.toContain('What made a difference');
  });
});

describe('the headline', () => {
  it('gives the result with its interval and both baselines', () => {
    const markdown = renderMarkdown(reportOf());
    expect(markdown).toMatch(
      /\*\*shapes-net\*\* with 0 of 4 stages frozen classifies \*\*93\.3 %\*\* of 120 test/,
    );
    expect(markdown).toContain('95 % interval 86.9 % to 96.9 %');
    expect(markdown).toContain('in 2 min 05 s');
    expect(markdown).toContain('| The same network from random weights | 70.0 % | 69.0 % |');
    expect(markdown).toContain('| Always "cat" |  | 33.3 % |');
  });

  it('says first that a baseline is as good, and what the probe that answers is worth', () => {
    const markdown = renderMarkdown(probeReportOf());
    expect(markdown).toContain('**shapes-net, depth 4** classifies **93.3 %** of 120 test examples');
    expect(markdown).toContain('expect **88.5 %** on fresh examples (85.0 % to 91.0 %)');
    expect(markdown).toContain('learnt from all 720 labelled examples');
    expect(markdown.indexOf('Colours alone are as good.')).toBeLessThan(markdown.indexOf('## Guards'));
    expect(markdown).toContain(
      '| **probe-0** | shapes-net, depth 4 | **90.0 %** | 80.0 % to 95.0 % | 0.200 |',
    );
    expect(markdown).toContain('colours &#124; edges');
    expect(markdown).toMatch(/## Trials/);
    const card = renderCard(probeReportOf());
    expect(card).toContain('logistic regression on fixed features: shapes-net, depth 4');
    expect(card).toContain('Learnt from 720 examples.');
  });

  it('tells of a model without any network', () => {
    const report = probeReportOf();
    const best = {
      ...report.best,
      name: 'baseline-1',
      kind: 'baseline' as const,
      title: 'words',
      backbone: null,
    };
    const card = renderCard({ ...report, best });
    expect(card).toContain('license: "apache-2.0"');
    expect(card).toContain('Nothing in this model was pre-trained');
  });

  it('has on the card the epochs of the weights that were kept', () => {
    const report = reportOf();
    expect(renderCard(report)).toContain('augmentation flip, 6 epochs.');
    const trials = report.trials.map((trial) => (trial.number === 4 ? { ...trial, bestEpoch: 3 } : trial));
    expect(renderCard({ ...report, trials })).toContain(
      'augmentation flip, 3 epochs, after which the trial was best (it went on to 6).',
    );
  });

  it('warns of nothing where all is well', () => {
    expect(renderMarkdown(reportOf())).not.toContain('[!');
  });

  it.each<[string, StudyReport]>([
    ['It hurts', withVerdicts({ transfer: { kind: 'negative-transfer', sentence: 'It hurts' } })],
    ['It overfits', withVerdicts({ overfitting: { kind: 'overfitting', sentence: 'It overfits' } })],
    ['By heart', withVerdicts({ overfitting: { kind: 'memorised', sentence: 'By heart' } })],
    ['Not for sale', withVerdicts({ licence: { kind: 'forbidden', sentence: 'Not for sale' } })],
    ['Who knows', withVerdicts({ licence: { kind: 'unknown', sentence: 'Who knows' } })],
  ])('warns: %s', (sentence, report) => {
    expect(renderMarkdown(report)).toContain(`\n\n> [!WARNING]\n> ${sentence}\n\n`);
    expect(renderCard(report)).toContain(`** ${sentence}\n`);
  });

  it('notes a transfer that was not tested, and why', () => {
    const report = withVerdicts({ transfer: { kind: 'untested', sentence: 'Nobody looked.' } });
    const baselines = { ...report.baselines, random: null, randomNote: 'Switched off.' };
    const markdown = renderMarkdown({ ...report, baselines });
    expect(markdown).toContain('> [!NOTE]\n> Nobody looked.');
    expect(markdown).toContain('\n\nSwitched off.\n');
    expect(markdown).not.toContain('from random weights |');
  });
});

describe('the tables', () => {
  it('rank the trials and put the failed ones last', () => {
    const [, , ...rows] = tableUnder(renderMarkdown(reportOf()), 'Leaderboard');
    expect(rows.map(([rank, trial]) => [rank, trial])).toEqual([
      ['1', '**4**'],
      ['2', '3'],
      ['3', '2'],
      ['4', '1'],
      ['5', '0'],
      ['6', '5'],
      ['', '6'],
    ]);
    expect(rows[1]?.slice(2)).toEqual(
      ['textures-net', '3 of 4', '8e-4', '0.85', '0.05', 'none', '5 (best 5)', '82.4 %', '0.542'].concat(
        'complete: all epochs done',
      ),
    );
    expect(rows.at(-1)?.at(-1)).toBe('failed: the loss is not a number');
  });

  it('have a row a class', () => {
    const markdown = renderMarkdown(reportOf());
    expect(tableUnder(markdown, 'Confusion on the test split').map((row) => row.length)).toEqual([
      4, 4, 4, 4, 4,
    ]);
    expect(tableUnder(markdown, 'Classes on the test split')).toHaveLength(2 + 3);
    expect(tableUnder(markdown, 'Dataset').at(-1)).toEqual(['**All**', '480', '120', '120', '720']);
  });

  it.each([
    [13, true],
    [31, false],
  ])('give way to confused pairs with %i classes', (count, picture) => {
    const markdown = renderMarkdown(reportOf(Array.from({ length: count }, (_, i) => `c${i}`)));
    expect(tableUnder(markdown, 'Confusion on the test split')[0]).toEqual([
      'Label',
      'Taken for',
      'Examples',
      'Of the label',
    ]);
    expect(markdown.includes('(confusion.svg)')).toBe(picture);
  });
});

it('names the first ten corrupt files and leaks', () => {
  const report = reportOf();
  const numbers = Array.from({ length: 12 }, (_, i) => i);
  const markdown = renderMarkdown({
    ...report,
    metric: { ...report.metric, name: 'macroF1', label: 'Macro F1' },
    dataset: {
      ...report.dataset,
      corrupt: numbers.map((i) => ({ id: `cat/<${i}>.jpg`, reason: 'cut short' })),
      leaks: numbers.map((i) => ({ a: `a${i}`, splitA: 'train', b: `b${i}`, splitB: 'test', distance: 1 })),
    },
  });
  expect(markdown).toContain('- cat/&lt;9&gt;.jpg: cut short\n- and 2 more');
  expect(markdown).toContain('- a9 (train) and b9 (test), 1 bit apart\n- and 2 more');
  expect(markdown).toContain('> 12 pairs of near duplicates show up in two splits, 12 with a test example');
  expect(markdown).toContain('; the measured macro F1 may be better than that on fresh examples.');
});

it('says how to reproduce and use it', () => {
  const markdown = renderMarkdown({ ...reportOf(), resume: "my stu'dy", command: 'espalier ```\nrm' });
  expect(markdown).toContain('````sh\nespalier ```\nrm\n````');
  expect(markdown).toContain(`espalier predict 'my stu'\\''dy/model.onnx' picture.jpg`);
  expect(markdown).toContain(`| Hash of textures-net | ${'ab12'.repeat(16)} |`);
  const shape = 'both of shape [batch, classes], with the classes';
  expect(markdown).toContain(shape);
  expect(renderMarkdown({ ...reportOf(), task: 'ordinal' })).not.toContain(shape);
});

it('prints no place of the machine on the card, which goes along with the model', () => {
  const report = reportOf();
  const card = renderCard({
    ...report,
    command:
      "espalier search /home/ann/pets --backbone '/srv/my models/net.onnx' --cache=C:\\cache --group a/b",
    resume: '/home/ann/results/pets',
    dataset: { ...report.dataset, path: '/home/ann/pets' },
    backbones: report.backbones.map((backbone) => ({ ...backbone, source: '/srv/my-models/net.onnx' })),
  });
  expect(card).toContain("espalier search pets --backbone 'net.onnx' --cache=cache --group a/b");
  expect(card).toContain('espalier predict model.onnx picture.jpg');
  expect(card).toContain('Source: net.onnx');
  expect(card).not.toMatch(/home|srv|ann\b|C:/);
});

it.each([
  ['https://huggingface.co/google/vit', 'https://huggingface.co/google/vit'],
  ['hf:owner/name and data/pets', 'hf:owner/name and data/pets'],
  ['~/pets', 'pets'],
  ['file:///home/x/model.onnx', 'model.onnx'],
  ["search({ dataset: '/data/pets' })", "search({ dataset: 'pets' })"],
])('of %j the card has %j', (value, expected) => {
  expect(withoutPlaces(value)).toBe(expected);
});

it('says in words where a study of a server came from, and gives no command for it', () => {
  const report = { ...reportOf(), origin: 'server', command: "the study 'Pets <1>' of a server" } as const;
  for (const markdown of [renderMarkdown(report), renderCard(report)]) {
    expect(markdown).toContain("No command began it: it is the study 'Pets &lt;1&gt;' of a server");
    expect(markdown).not.toContain('```sh\nthe study');
  }
  expect(renderCard(report)).toContain('seed 1.\n');
});

describe('a class with any name', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('|', '\\', '<', '`', '\n', '\r', '*', '_', '[', 'a', '$', '\u2028', '&'),
    }),
  );
  const plain = reportOf();

  it('breaks no table and brings no HTML', () => {
    const shape = (report: StudyReport): number[] =>
      renderMarkdown(report)
        .split(/\r\n|[\n\r\u2028\u2029\u0085]/)
        .map((line) => line.split('|').length);
    const expected = shape(plain);
    fc.assert(
      fc.property(name, (odd) => {
        const { dataset, baselines } = plain;
        const report = {
          ...plain,
          dataset: { ...dataset, name: odd, classes: [odd, 'dog', 'fox'] },
          baselines: { ...baselines, trivial: { title: `Always "${odd}"`, value: 0.3 } },
        };
        expect(shape(report)).toEqual(expected);
        for (const markdown of [renderMarkdown(report), renderCard(report)])
          expect(markdown).not.toContain('<');
      }),
      { numRuns: 60 },
    );
  });

  it('leaves the front matter whole', () => {
    const { dataset } = plain;
    const lines = (odd: string): string[] =>
      renderCard({ ...plain, dataset: { ...dataset, name: odd } })
        .split('\n---\n')[0]
        ?.split('\n') as string[];
    fc.assert(
      fc.property(name, (odd) => {
        expect(lines(odd)).toHaveLength(lines('pets').length);
        const value = lines(odd)
          .find((line) => line.startsWith('  - name: '))
          ?.slice('  - name: '.length);
        expect(() => JSON.parse(value as string)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

it('the card carries the licence of the best backbone', () => {
  const report = reportOf();
  const licensed = (spdx: string): string =>
    renderCard({
      ...report,
      backbones: report.backbones.map((one) => ({ ...one, licence: { spdx, commercialUse: 'unknown' } })),
    });
  expect(licensed('CC-BY-NC-4.0')).toMatch(/^---\nlicense: "cc-by-nc-4\.0"\n/);
  expect(licensed('LicenseRef-Lab')).toMatch(/^---\nlicense: "other"\nlicense_name: "licenseref-lab"\n/);
  expect(licensed('MIT')).toContain('inherits the licence of its backbone: **MIT**');
});
