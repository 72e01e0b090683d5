/** The beginning of a table that is shown before its upload. */
const HEAD_BYTES = 256 * 2 ** 10;

export interface Head {
  readonly text: string;
  /** Whether the file continues after the text. */
  readonly isPart: boolean;
  /** Assumption made to read the text; null where there was none. */
  readonly note: string | null;
}

/** Reads the beginning of a text file. */
export async function headOf(file: Blob): Promise<Head> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const isPart = file.size > bytes.length;
  const text = decoded(bytes, markedEncoding(bytes), isPart);
  if (text !== null) return { text, isPart, note: null };
  const note = 'This file is not UTF-8. Letters may look wrong here; the server detects the encoding.';
  return { text: new TextDecoder('windows-1252').decode(bytes), isPart, note };
}

/** Detects the byte order mark of UTF-16, which Excel writes. */
function markedEncoding([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Decodes bytes; null where they are of another encoding. A character cut at the end is left out. */
function decoded(bytes: Uint8Array, encoding: string, isPart: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isPart });
  } catch {
    return null;
  }
}
