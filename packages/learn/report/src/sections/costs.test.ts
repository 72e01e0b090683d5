import { describe, expect, it } from 'vitest';
import { chartsOf } from '../charts/index.js';
import { renderMarkdown } from '../report.js';
import { probeReportOf, reportOf } from '../testing/index.js';

describe('what the lines of a leaderboard cost', () => {
  const report = probeReportOf();
  const markdown = renderMarkdown(report);

  it('stands beside them, what is over a limit marked', () => {
    expect(markdown).toContain('| Log loss | Latency | Size |');
    expect(markdown).toContain('| 3.52 ms | 9.1 MB |');
    expect(markdown).toContain('| 0.021 ms (over) | 24800 B |');
    expect(markdown).toContain('of those within the limit of latency 5 ms.');
    expect(markdown).toContain('- Latency: time to answer one example.');
  });

  it('is weighed on the Pareto front, the least latency first', () => {
    const [, front = ''] = markdown.split('## Pareto front');
    expect(front).toMatch(/beaten by no other in accuracy, latency and size together/);
    expect(front).toMatch(
      /it is among them\.[^]*\| baseline-1 \|[^]*\| \*\*probe-0\*\* \|[^]*\(pareto\.svg\)/,
    );
    const without = renderMarkdown({ ...report, front: ['baseline-1'] });
    expect(without).toContain('it is not among them.');
  });

  it('is a picture that names the front, where it was measured', async () => {
    const charts = new Map(await chartsOf(report));
    expect(charts.get('pareto.svg')).toContain('on the Pareto front: probe-0, baseline-1.');
    expect(charts.get('pareto.svg')).toBe(new Map(await chartsOf(report)).get('pareto.svg'));
    expect(new Map(await chartsOf(reportOf())).has('pareto.svg')).toBe(false);
    expect(renderMarkdown(reportOf())).not.toContain('Pareto');
  });
});
