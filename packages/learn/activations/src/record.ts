import { crc32 } from 'node:zlib';

/**
 * A record is a key (32 bytes), the CRC-32 of key and payload (4 bytes), 4 bytes of zeros that keep
 * the payload aligned, and the payload: one example's activation as little-endian float32.
 */
export const KEY_BYTES = 32;
const CRC_AT = KEY_BYTES;
export const RECORD_HEADER_BYTES = KEY_BYTES + 8;

export const recordBytes = (elements: number): number => RECORD_HEADER_BYTES + 4 * elements;

const checksum = (record: Uint8Array): number =>
  crc32(record.subarray(RECORD_HEADER_BYTES), crc32(record.subarray(0, KEY_BYTES)));

/** Writes a record into `target`, whose length is the record's. */
export function encodeRecord(target: Buffer, key: string, values: Float32Array): void {
  target.write(key, 0, KEY_BYTES, 'hex');
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  target.set(bytes, RECORD_HEADER_BYTES);
  target.writeUInt32LE(0, CRC_AT + 4);
  target.writeUInt32LE(checksum(target), CRC_AT);
}

/** Whether `record` is whole and belongs to `key`. */
export const isIntact = (record: Buffer, key: string): boolean =>
  record.toString('hex', 0, KEY_BYTES) === key && record.readUInt32LE(CRC_AT) === checksum(record);
