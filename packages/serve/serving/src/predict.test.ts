import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formOf, probabilitiesOf, serve, streamed } from './testing/server.js';

describe('POST /v1/predict with texts', () => {
  it('answers each text, most probable class first, and as many classes as are asked for', async () => {
    const { texts } = await serve('text');
    const { status, body } = await texts(['four', 'seven']);
    expect(status).toBe(200);
    expect(body.predictions).toEqual([
      { input: 'texts[0]', labels: probabilitiesOf(4) },
      { input: 'texts[1]', labels: probabilitiesOf(5) },
    ]);
    const first = await texts(['four'], { query: '?top=1' });
    expect(first.body.predictions?.[0]?.labels).toEqual(probabilitiesOf(4).slice(0, 1));
  });

  it('gives every request its own results, whatever shares a batch', async () => {
    const { texts, fake } = await serve('text', { limits: { batch: 4, queue: 10_000 } });
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 8 }), async (requests) => {
        const answers = await Promise.all(requests.map((one) => texts(one.map((size) => 'x'.repeat(size)))));
        for (const [i, { status, body }] of answers.entries()) {
          expect(status).toBe(200);
          expect(body.predictions?.map(({ labels }) => labels)).toEqual(requests[i]?.map(probabilitiesOf));
        }
      }),
      { numRuns: 40 },
    );
    expect(Math.max(...fake.batches)).toBe(4);
  });

  it.each([
    ['?top=0', /top=<count>/],
    ['?top=many', /top=<count>/],
    ['?top=1&top=2', /top=<count>/],
    ['?bottom=1', /it takes only top/],
  ])('refuses the query %s', async (query, message) => {
    const { texts } = await serve('text');
    const { status, body } = await texts(['four'], { query });
    expect(status).toBe(400);
    expect(body.error).toEqual({ code: 'invalid_request', message: expect.stringMatching(message) });
  });

  it.each<[string, string, number, string, RegExp]>([
    ['no JSON', '{"texts": [', 400, 'invalid_json', /not JSON/],
    ['nothing', '', 400, 'invalid_json', /not JSON/],
    ['a poisoned prototype', '{"__proto__": {}, "texts": ["a"]}', 400, 'invalid_json', /not JSON/],
    ['null', 'null', 400, 'invalid_request', /must be \{"texts"/],
    ['a list', '["a"]', 400, 'invalid_request', /must be \{"texts"/],
    ['a text instead of a list', '{"texts": "a"}', 400, 'invalid_request', /must be \{"texts"/],
    ['a number', '{"texts": ["a", 7]}', 400, 'invalid_request', /^texts\[1\] is not a string$/],
    ['no text', '{"texts": []}', 400, 'no_inputs', /has no inputs/],
    ['deep nesting', `{"texts": ${'['.repeat(100_000)}`, 400, 'invalid_json', /not JSON/],
    [
      'deep nesting that is JSON',
      `{"texts": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
      400,
      'invalid_request',
      /texts\[0\]/,
    ],
    ['too many', JSON.stringify({ texts: Array(5).fill('a') }), 413, 'too_many_inputs', /at most 4 inputs/],
    [
      'a million numbers',
      JSON.stringify({ texts: Array(1e6).fill(1) }),
      413,
      'too_many_inputs',
      /at most 4 inputs/,
    ],
  ])('refuses %s', async (_, body, status, code, message) => {
    const { post, failures } = await serve('text', { limits: { inputs: 4 } });
    const answer = await post(body, { type: 'application/json' });
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: { code, message: expect.stringMatching(message) } });
    expect(failures).toEqual([]);
  });

  it('refuses a body over the limit, also one that does not say how long it is', async () => {
    const { texts, post } = await serve('text', { limits: { fileBytes: 500, bodyBytes: 1000 } });
    expect(await texts(['x'.repeat(2000)])).toMatchObject({
      status: 413,
      body: { error: { code: 'body_too_large', message: expect.stringContaining('a body 1000') } },
    });
    const spaces = new Uint8Array(2000).fill(32);
    expect((await post(streamed(spaces), { type: 'application/json' })).status).toBe(413);
  });
});

describe('POST /v1/predict with files', () => {
  it('answers several files of a form by their names, and one as a body', async () => {
    const { post } = await serve('image');
    const { status, body } = await post(formOf(['a.png', 3], ['b.png', 8]));
    expect(status).toBe(200);
    expect(body.predictions).toEqual([
      { input: 'a.png', labels: probabilitiesOf(3) },
      { input: 'b.png', labels: probabilitiesOf(8) },
    ]);
    const raw = await post(new Uint8Array(5), { type: 'image/png' });
    expect(raw.body.predictions).toEqual([{ input: 'the body', labels: probabilitiesOf(5) }]);
  });

  it('says of each input that cannot be read why, and answers the others', async () => {
    const { post, texts } = await serve('image');
    const { status, body } = await post(formOf(['a.png', 3], ['empty.png', 0]));
    const error = { code: 'unreadable_input', message: 'Cannot read empty.png: the file is empty.' };
    expect(status).toBe(200);
    expect(body.predictions).toEqual([
      { input: 'a.png', labels: probabilitiesOf(3) },
      { input: 'empty.png', error },
    ]);
    expect(await post(formOf(['empty.png', 0]))).toMatchObject({ status: 422, body: { error } });
    expect((await post(formOf(['empty.png', 0], ['empty.png', 0]))).status).toBe(200);
    expect((await texts(['a'])).status).toBe(415);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system.ini', 'system.ini'],
    ['x'.repeat(500), 'x'.repeat(200)],
    ['', 'file 1'],
    ['..', 'file 1'],
    ['__proto__', '__proto__'],
  ])('takes the file name %s as no more than a name', async (name, shown) => {
    const { post } = await serve('image');
    const { body } = await post(formOf([name, 3], ['b.png', 4]));
    expect(body.predictions?.[0]).toEqual({ input: shown, labels: probabilitiesOf(3) });
  });

  it.each<[string, () => FormData, number, string, RegExp]>([
    ['too many files', () => formOf(['a', 1], ['b', 1], ['c', 1]), 413, 'too_many_inputs', /at most 2/],
    ['a file over the limit', () => formOf(['a', 1001]), 413, 'file_too_large', /more than 1000 bytes/],
    ['files over the limit', () => formOf(['a', 900], ['b', 900]), 413, 'body_too_large', /a body 1500/],
    ['no file', () => new FormData(), 400, 'no_inputs', /has no inputs/],
  ])('refuses %s', async (_, form, status, code, message) => {
    const { post, failures } = await serve('image', {
      limits: { inputs: 2, fileBytes: 1000, bodyBytes: 1500 },
    });
    const answer = await post(form());
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: { code, message: expect.stringMatching(message) } });
    expect(failures).toEqual([]);
  });

  it('refuses files over the limit that do not say how long they are', async () => {
    const { post } = await serve('image', { limits: { fileBytes: 1000, bodyBytes: 1500 } });
    const form = new Response(formOf(['a', 900], ['b', 900], ['c', 10]));
    const type = form.headers.get('content-type') ?? '';
    const { status, body } = await post(streamed(new Uint8Array(await form.arrayBuffer())), { type });
    expect({ status, code: body.error?.code }).toEqual({ status: 413, code: 'body_too_large' });
  });

  it('refuses fields that are no files', async () => {
    const { post } = await serve('audio');
    const form = new FormData();
    form.append('text', 'a text');
    expect((await post(form)).body.error).toEqual({
      code: 'invalid_request',
      message: "the form's field 'text' is not a file; send every input as a file",
    });
  });

  it.each([
    ['cut short', '--x\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\nabc', /multipart/],
    ['of another boundary', '--y\r\n\r\n--y--', /multipart|nothing to classify/],
  ])('refuses a form that is %s', async (_, form, message) => {
    const { post, failures } = await serve('image');
    const { status, body } = await post(form, { type: 'multipart/form-data; boundary=x' });
    expect(status).toBe(400);
    expect(body.error?.message).toMatch(message);
    expect(failures).toEqual([]);
  });

  it.each([
    ['image', 'audio/wav'],
    ['image', 'text/plain'],
    ['audio', 'image/png'],
    ['text', 'text/plain'],
    ['text', 'multipart/form-data; boundary=x'],
    ['text', 'nonsense'],
  ] as const)('refuses, for a model of %s, a body of %s, and says what to send', async (modality, type) => {
    const { post, fake } = await serve(modality);
    const { status, body } = await post('abc', { type });
    expect(status).toBe(415);
    expect(body.error?.code).toBe('unsupported_media_type');
    expect(body.error?.message).toMatch(/the model classifies \w+: send/);
    expect(fake.batches).toEqual([]);
  });
});

it('says of an input that takes too long that it has no answer', async () => {
  const { texts, failures } = await serve('text');
  const { status, body } = await texts(['seventeen letters']);
  expect(status).toBe(504);
  expect(body.error).toMatchObject({ code: 'prediction_timeout', message: 'the prediction has no answer' });
  expect(failures).toHaveLength(1);
  expect((await texts(['others'])).status).toBe(200);
});
