import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOfBytes, remedyOf } from './kinds.js';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
/** A local file header of a zip archive with one name. */
const zipped = (name: string): string => `PK\x03\x04${'\0'.repeat(26)}${name}`;

describe('the kind of a file', () => {
  it.each([
    ['version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n', 'git-lfs'],
    ['\n<!DOCTYPE html>\n<html>', 'html'],
    ['<HTML><body>404', 'html'],
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['\0\0\0\x1cftypavif\0\0\0\0mif1', 'avif'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'avif'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heic'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'heic'],
    ['\0\0\0\x18ftypM4A \0\0\0\0M4A mp42', 'm4a'],
    ['\0\0\0\x18ftypisom\0\0\0\0isommp42', 'mp4'],
    ['RF64\xff\xff\xff\xffWAVEds64', 'wav'],
    ['\x1c\0\0\0TFL3', 'tflite'],
    ['\x89HDF\r\n\x1a\n', 'hdf5'],
    [zipped('archive/data.pkl'), 'pytorch'],
    [zipped('metadata.json'), 'keras'],
    [zipped('[Content_Types].xml'), 'office'],
    [zipped('pets/cat/1.jpg'), 'zip'],
    ['\x50\x01\0\0\0\0\0\0{"weight":{"dtype":"F32"', 'safetensors'],
    ['PAR1\x15\x04', 'parquet'],
    ['BMW is a car and not a bitmap', undefined],
    ['text,label\nhello,a\n', undefined],
    ['', undefined],
  ])('%j', (head, id) => {
    expect(kindOfBytes(bytesOf(head))?.id).toBe(id);
  });

  it('is found quickly, and without failing, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        const kind = kindOfBytes(bytes);
        if (kind !== null) expect(kind.name).toMatch(/^an? /);
      }),
    );
  });

  it('has a remedy where a file stands for another', () => {
    const remedy = (head: string): string | null => remedyOf(kindOfBytes(bytesOf(head)) as never);
    expect(remedy('version https://git-lfs.github.com/spec/v1')).toBe(
      'fetch the file itself with "git lfs pull"',
    );
    expect(remedy('<html>')).toBe('download the file again');
    expect(remedy('%PDF-1.4')).toBeNull();
  });
});
