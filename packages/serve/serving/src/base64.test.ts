import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probabilitiesOf, serve } from './testing/server.js';

const type = 'application/json';
const base64 = (size: number): string => Buffer.alloc(size, 7).toString('base64');

describe('POST /v1/predict with files in base64', () => {
  it('answers one, and several in their order', async () => {
    const { post } = await serve('image');
    const one = await post(JSON.stringify({ image: base64(3) }), { type });
    expect(one.status).toBe(200);
    expect(one.body.predictions).toEqual([{ input: 'image', labels: probabilitiesOf(3) }]);
    const many = await post(JSON.stringify({ images: [base64(3), base64(8)] }), { type, query: '?top=1' });
    expect(many.body.predictions).toEqual([
      { input: 'images[0]', labels: probabilitiesOf(3).slice(0, 1) },
      { input: 'images[1]', labels: probabilitiesOf(8).slice(0, 1) },
    ]);
  });

  it('reads recordings, data URLs, and lines that are broken', async () => {
    const { post } = await serve('audio');
    const lines = base64(300).replace(/(.{76})/g, '$1\r\n');
    const body = { audios: [base64(5), `data:audio/wav;codecs=1;base64,${base64(6)}`, `${lines}\n`] };
    const { status, body: answer } = await post(JSON.stringify(body), { type });
    expect(status).toBe(200);
    expect(answer.predictions?.map(({ labels }) => labels)).toEqual([5, 6, 300].map(probabilitiesOf));
  });

  it('reads back whatever was encoded', async () => {
    const { post } = await serve('image');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 99 }), async (bytes) => {
        fc.pre(bytes.length !== 13 && bytes.length !== 17);
        const image = Buffer.from(bytes).toString('base64');
        const { body } = await post(JSON.stringify({ image }), { type });
        expect(body.predictions?.[0]?.labels).toEqual(probabilitiesOf(bytes.length));
      }),
      { numRuns: 50 },
    );
  });

  it('says of each input that cannot be read why, and answers the others', async () => {
    const { post } = await serve('image');
    const error = { code: 'unreadable_input', message: 'Cannot read images[1]: the file is empty.' };
    const { status, body } = await post(JSON.stringify({ images: [base64(3), ''] }), { type });
    expect(status).toBe(200);
    expect(body.predictions?.[1]).toEqual({ input: 'images[1]', error });
    expect((await post('{"image": ""}', { type })).status).toBe(422);
  });

  it.each<[string, unknown, number, string, RegExp]>([
    [
      'another letter',
      { image: 'AA-A' },
      400,
      'invalid_base64',
      /^image is not base64: it contains '-' at character 3;/,
    ],
    ['half a character', { image: '\ud83dAA' }, 400, 'invalid_base64', /character 1;/],
    ['a letter of many', { images: ['AAAA', 'AAé='] }, 400, 'invalid_base64', /^images\[1\] .*'é'/],
    ['a piece', { image: 'AAAAA' }, 400, 'invalid_base64', /truncated/],
    ['no padding', { image: 'AA' }, 400, 'invalid_base64', /padding/],
    ['padding inside', { image: 'AA==AAAA' }, 400, 'invalid_base64', /padding/],
    ['padding alone', { image: '====' }, 400, 'invalid_base64', /padding/],
    ['a path', { image: 'data:image/png,abc' }, 400, 'invalid_base64', /lacks ;base64/],
    [
      'a recording',
      { image: 'data:audio/wav;base64,AAAA' },
      415,
      'unsupported_media_type',
      /audio\/wav.*images/,
    ],
    ['texts', { texts: ['a'] }, 415, 'unsupported_media_type', /has 'texts'.*the model classifies images/],
    ['audios', { audios: ['AAAA'] }, 415, 'unsupported_media_type', /has 'audios'/],
    ['a number', { images: ['AAAA', 7] }, 400, 'invalid_request', /^images\[1\] is not a string$/],
    ['a list as one', { image: ['AAAA'] }, 400, 'invalid_request', /^image is not a string$/],
    ['one as a list', { images: 'AAAA' }, 400, 'invalid_request', /\{"images": \["<base64>"/],
    ['nothing', { images: [] }, 400, 'no_inputs', /has no inputs/],
    ['nothing known', { picture: 'AAAA' }, 400, 'invalid_request', /or \{"image": "\.\.\."\} for one/],
    ['more beside', { image: 'AAAA', top: 3 }, 400, 'invalid_request', /'top' beside 'image'.*\?top=<count>/],
    ['too many', { images: ['AAAA', 'AAAA', 'AAAA'] }, 413, 'too_many_inputs', /at most 2 inputs/],
    [
      'a file over the limit',
      { images: [base64(3), base64(1001)] },
      413,
      'file_too_large',
      /^images\[1\].* 1000/,
    ],
    ['a body over the limit', { images: [base64(990), base64(990)] }, 413, 'body_too_large', /a body 2000/],
  ])('refuses %s', async (_, body, status, code, message) => {
    const { post, failures, fake } = await serve('image', {
      limits: { inputs: 2, fileBytes: 1000, bodyBytes: 2000 },
    });
    const answer = await post(JSON.stringify(body), { type });
    expect(answer.body).toEqual({ error: { code, message: expect.stringMatching(message) } });
    expect(answer.status).toBe(status);
    expect(failures).toEqual([]);
    expect(fake.batches).toEqual([]);
  });

  it('takes a file of just the limit, and says of another model what it classifies', async () => {
    const { post } = await serve('image', { limits: { fileBytes: 1000, bodyBytes: 2000 } });
    expect((await post(JSON.stringify({ image: base64(1000) }), { type })).status).toBe(200);
    const { post: ofTexts } = await serve('text');
    const { status, body } = await ofTexts('{"image": "AAAA"}', { type });
    expect({ status, code: body.error?.code }).toEqual({ status: 415, code: 'unsupported_media_type' });
    expect(body.error?.message).toMatch(
      /has 'image', which this model does not take; the model classifies texts/,
    );
  });
});
