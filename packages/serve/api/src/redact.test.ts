import { describe, expect, it } from 'vitest';
import { refusalOf } from './failures.js';
import { withoutPaths } from './redact.js';
import { takeStream } from './live/streams.js';
import type { Context } from './context.js';

const member = { organizationId: 'o', userId: 'u', role: 'member' } as const;

describe('what a member is told', () => {
  it('names no path of the server', () => {
    const told = {
      reason: "/var/cache/espalier/datasets/ab/dataset/t.csv has more than 5 rows; see '/srv/data/x y'",
      path: '/srv/data/pets',
      windows: 'C:\\Users\\ada\\pets is not there',
      list: [{ of: 'at /home/ada/x.onnx, line 3' }],
      at: null,
      count: 3,
    };
    const shown = JSON.stringify(withoutPaths(told, member));
    expect(shown).not.toMatch(/var|cache|srv|home|Users|ada/);
    expect(withoutPaths(told, member)).toMatchObject({ path: '…/pets', at: null, count: 3 });
    expect(withoutPaths(told.reason, member)).toContain('…/t.csv has more than 5 rows');
    expect(withoutPaths('at /home/ada/x.onnx, line 3', member)).toBe('at …/x.onnx, line 3');
  });

  it('keeps what is no path, and admins and a single user are told all', () => {
    const text = 'https://espalier.example/a/b, hf:owner/name, cat/dog/1.png, 3/4, and/or, a / b';
    expect(withoutPaths(text, member)).toBe(text);
    const path = '/srv/data/pets';
    expect(withoutPaths(path, { ...member, role: 'admin' })).toBe(path);
    expect(withoutPaths(path, { ...member, userId: null })).toBe(path);
  });
});

describe('a server that has no room or handles left', () => {
  it('says so, however deep the reason lies', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(refusalOf(new Error('outside', { cause: new Error('inside', { cause: full }) }))).toMatchObject({
      status: 507,
      message: expect.stringMatching(/no space left; remove data that you do not need/) as string,
    });
    expect(refusalOf(Object.assign(new Error(''), { code: 'EMFILE' }))).toMatchObject({ status: 503 });
    expect(refusalOf(new Error('other'))).toBeNull();
  });
});

describe('streams of events', () => {
  it('are so many for each person, and free again once they end', () => {
    const context = (userId: string) =>
      ({ access: { ...member, userId }, address: null, limits: {} }) as unknown as Context;
    const open = Array.from({ length: 20 }, () => takeStream(context('ada')));
    expect(() => takeStream(context('ada'))).toThrow(
      /you are following 20 studies already, which is the limit; close a page first/,
    );
    takeStream(context('bob'))();
    open[0]?.();
    open[0] = takeStream(context('ada'));
    for (const end of open) end();
    const single = { ...context('ada'), limits: undefined } as unknown as Context;
    for (let i = 0; i < 30; i++) takeStream(single);
  });
});
