/** Of a table that is shown before it is sent. */
const HEAD_BYTES = 256 * 2 ** 10;

export interface Head {
  readonly text: string;
  /** Whether the file goes on behind it. */
  readonly isPart: boolean;
  /** What had to be assumed to read it; null where nothing. */
  readonly note: string | null;
}

/** The beginning of a text file. */
export async function headOf(file: Blob): Promise<Head> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const isPart = file.size > bytes.length;
  const text = decoded(bytes, markedEncoding(bytes), isPart);
  if (text !== null) return { text, isPart, note: null };
  const note = 'It is not UTF-8. Its letters may look wrong here; the server looks more closely at it.';
  return { text: new TextDecoder('windows-1252').decode(bytes), isPart, note };
}

/** As Excel saves its Unicode texts. */
function markedEncoding([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** null where the bytes are of another encoding; a letter that is cut at the end is left out. */
function decoded(bytes: Uint8Array, encoding: string, isPart: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isPart });
  } catch {
    return null;
  }
}
