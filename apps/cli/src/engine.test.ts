import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readReport } from '@espalier/study/folder';
import { describe, expect, it } from 'vitest';
import { espalier, expectSentence, playground, start } from './testing/cli.js';

const { root, pictures, search } = await playground();

const brief = (out: string, ...more: string[]): string[] => {
  const whole = search(out, '--trials', '2', '--epochs', '2', '--depths', '2,4', '--no-scratch', ...more);
  // TensorFlow.js takes no number of threads.
  if (more.includes('--engine')) whole.splice(whole.indexOf('--threads'), 2);
  return whole;
};

describe('espalier search --engine tfjs', () => {
  it(
    'ends with a model that learned, and a report that says what computed',
    { timeout: 300_000 },
    async () => {
      const { code, out, err } = await espalier(brief('tfjs', '--engine', 'tfjs'), root);
      expect(err).toBe('');
      expect(code).toBe(0);
      expect(out).not.toMatch(/tensorflow\/tfjs-node|Hi, looks like/i);
      const { environment, search: how, trials } = await readReport(join(root, 'tfjs', 'report.json'));
      expect(environment.engine).toBe('tfjs');
      expect(environment.device).toMatch(/^TensorFlow\.js \d+\.\d+\.\d+ on (the CPU|a GPU)/);
      expect(how.settings).toMatchObject({ engine: { name: 'tfjs' } });
      const markdown = await readFile(join(root, 'tfjs', 'report.md'), 'utf8');
      expect(markdown).toMatch(/Engine +\| tfjs/);
      expect(markdown).toMatch(/TensorFlow\.js \d/);
      // The same search on ONNX Runtime: rounding apart, the same losses.
      expect((await espalier(brief('onnx'), root)).code).toBe(0);
      const onnx = await readReport(join(root, 'onnx', 'report.json'));
      expect(onnx.environment).toMatchObject({ engine: 'onnxruntime', device: 'cpu' });
      for (const [i, { validationLoss }] of trials.entries()) {
        expect(validationLoss).toBeCloseTo(onnx.trials[i]?.validationLoss as number, 3);
      }
      const predicted = await espalier(['predict', join(root, 'tfjs'), join(pictures, 'plain')], root);
      expect(predicted).toMatchObject({ code: 0, err: '' });
    },
  );

  it('goes on with its engine after Ctrl-C', { timeout: 300_000 }, async () => {
    const running = start(brief('stopped', '--engine', 'tfjs'), root);
    await running.until('trial 0, epoch 1');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await espalier(['search', '--resume', join(root, 'stopped')], root)).toMatchObject({
      code: 0,
      err: '',
    });
    const [resumed, straight] = await Promise.all(
      ['stopped', 'tfjs'].map((name) => readReport(join(root, name, 'report.json'))),
    );
    expect(resumed?.environment.engine).toBe('tfjs');
    expect(resumed?.best).toEqual(straight?.best);
  });

  it(
    'refuses an engine that there is not, and what only ONNX Runtime has',
    { timeout: 300_000 },
    async () => {
      const unknown = await espalier(brief('unknown', '--engine', 'torch'), root);
      expect(unknown.code).toBe(2);
      expect(unknown.err).toMatch(/--engine .*'torch' is invalid\. Allowed choices are onnx, tfjs/);
      expectSentence(
        await espalier(brief('threads', '--engine', 'tfjs', '--threads', '2'), root),
        /--engine is invalid: the engine tfjs has no option for the number of threads/,
        2,
      );
      expectSentence(
        await espalier(brief('provider', '--engine', 'tfjs', '--provider', 'cuda'), root),
        /the engine tfjs has no option for the provider 'cuda'/,
        2,
      );
    },
  );
});
