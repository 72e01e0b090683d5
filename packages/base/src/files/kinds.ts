/** Kind of a file. */
export type FileGroup =
  'pointer' | 'page' | 'picture' | 'sound' | 'video' | 'model' | 'archive' | 'table' | 'document';

/** File type by its first bytes. */
export interface FileKind {
  readonly id: string;
  readonly group: FileGroup;
  /** With its article: "a Git LFS pointer". */
  readonly name: string;
}

type Signature = readonly [pattern: RegExp, id: string, group: FileGroup, name: string];

/** An ISO base media file (ISO/IEC 14496-12) with one of these brands, the main one or a compatible one. */
const brand = (names: string): RegExp => new RegExp(`^.{4}ftyp(.{4}){0,12}?(${names})`, 's');

/**
 * Signatures of formats, matched against the first bytes as Latin-1; the first that matches tells. A new one
 * is one line here.
 */
const signatures: readonly Signature[] = [
  [/^version https:\/\/git-lfs\.github\.com\/spec\//, 'git-lfs', 'pointer', 'a Git LFS pointer'],
  [/^\/annex\/objects\//, 'git-annex', 'pointer', 'a git-annex pointer'],
  [
    /^(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)\b/is,
    'html',
    'page',
    'a web page (HTML)',
  ],
  [
    /^(\xef\xbb\xbf)?\s*<\?xml.{0,400}?<(Error|ListBucketResult)\b/s,
    'xml-error',
    'page',
    "a server's XML answer",
  ],

  [/^\xff\xd8\xff/, 'jpeg', 'picture', 'a JPEG picture'],
  [/^\x89PNG\r\n\x1a\n/, 'png', 'picture', 'a PNG picture'],
  [/^GIF8[79]a/, 'gif', 'picture', 'a GIF picture'],
  [/^RIFF.{4}WEBP/s, 'webp', 'picture', 'a WebP picture'],
  [/^(II[*+]\0|MM\0[*+])/, 'tiff', 'picture', 'a TIFF picture'],
  [brand('avif|avis'), 'avif', 'picture', 'an AVIF picture'],
  [brand('hei[cxms]|hev[cxms]'), 'heic', 'picture', 'an HEIC picture'],
  [/^BM.{4}\0\0\0\0.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0/s, 'bmp', 'picture', 'a BMP picture'],
  [/^(\0\0\0\x0cjP {2}\r\n\x87\n|\xff\x4f\xff\x51)/, 'jpeg2000', 'picture', 'a JPEG 2000 picture'],
  [/^(\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a)/, 'jpeg-xl', 'picture', 'a JPEG XL picture'],
  [/^8BPS\0/, 'psd', 'picture', 'a Photoshop document'],
  [/^\0\0[\x01\x02]\0[^\0]\0/, 'ico', 'picture', 'a Windows icon'],
  [/^v\/1\x01/, 'openexr', 'picture', 'an OpenEXR picture'],
  [/^#\?R(ADIANCE|GBE)/, 'radiance', 'picture', 'a Radiance HDR picture'],
  [/^.{128}DICM/s, 'dicom', 'picture', 'a DICOM file'],
  [/^SIMPLE {2}=/, 'fits', 'picture', 'a FITS file'],
  [
    /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg\b/is,
    'svg',
    'picture',
    'a svg file (a drawing of lines)',
  ],
  [brand('mif1|msf1'), 'heif', 'picture', 'an HEIF picture'],
  [/^P[1-7F]\s+(#[^\n]*\s+)?\d+\s/i, 'pnm', 'picture', 'a PNM picture'],
  [/^qoif/, 'qoi', 'picture', 'a QOI picture'],

  [/^(RIFF|RF64|BW64).{4}WAVE/s, 'wav', 'sound', 'a WAV recording'],
  [/^RIFX.{4}WAVE/s, 'rifx', 'sound', 'a big-endian WAV (RIFX)'],
  [/^fLaC/, 'flac', 'sound', 'a FLAC recording'],
  [/^OggS/, 'ogg', 'sound', 'an Ogg file'],
  [/^FORM.{4}AIF[FC]/s, 'aiff', 'sound', 'an AIFF recording'],
  [brand('M4A |M4B '), 'm4a', 'sound', 'an M4A (AAC) recording'],
  [/^\xff[\xf0\xf1\xf8\xf9]/, 'aac', 'sound', 'an AAC recording'],
  [/^\x30\x26\xb2\x75\x8e\x66\xcf\x11/, 'asf', 'sound', 'a Windows Media file'],
  [/^#!AMR/, 'amr', 'sound', 'an AMR recording'],
  [/^\.snd/, 'au', 'sound', 'an AU recording'],
  [/^caff\0/, 'caf', 'sound', 'a Core Audio file'],
  [/^riff\x2e\x91\xcf\x11/, 'w64', 'sound', 'a Wave64 recording'],
  [/^wvpk/, 'wavpack', 'sound', 'a WavPack recording'],
  [/^MThd\0\0\0\x06/, 'midi', 'sound', 'a MIDI file'],
  [/^NIST_1A/, 'sphere', 'sound', 'a NIST SPHERE recording'],
  [/^ID3/, 'mp3', 'sound', 'an MP3 recording'],

  [brand('qt {2}'), 'quicktime', 'video', 'a QuickTime film'],
  [/^.{4}ftyp/s, 'mp4', 'video', 'an MP4 film'],
  [/^\x1a\x45\xdf\xa3/, 'matroska', 'video', 'a Matroska or WebM film'],
  [/^RIFF.{4}AVI /s, 'avi', 'video', 'an AVI film'],

  [/^.{4}TFL3/s, 'tflite', 'model', 'a TensorFlow Lite model'],
  [/^\x89HDF\r\n\x1a\n/, 'hdf5', 'model', 'an HDF5 file (as Keras writes)'],
  [
    /^PK\x03\x04.{26}[\w.-]+\/(data\.pkl|\.format_version|version|constants\.pkl)/s,
    'pytorch',
    'model',
    'a PyTorch checkpoint',
  ],
  [/^PK\x03\x04.{26}(config|metadata)\.json/s, 'keras', 'model', 'a Keras model'],
  [
    /^\x80[\x02-\x05].{0,12}(\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19|M\xe9\x03)/s,
    'pytorch',
    'model',
    'a PyTorch checkpoint',
  ],
  [/^.{5}\0\0\0\{\s*"/s, 'safetensors', 'model', 'a safetensors file'],
  [/^GGUF/, 'gguf', 'model', 'a GGUF model'],
  [/^ORTM/, 'ort', 'model', 'a model in the ORT format'],
  [/^.{4}ORTM/s, 'ort', 'model', 'a model in the ORT format'],
  [/^\x80[\x02-\x05]/, 'pickle', 'model', 'a Python pickle'],
  [/^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<net\b/, 'openvino', 'model', 'an OpenVINO model'],

  [/^PAR1/, 'parquet', 'table', 'a Parquet table'],
  [/^ARROW1/, 'arrow', 'table', 'an Arrow table'],
  [/^\x93NUMPY/, 'numpy', 'table', 'a NumPy array'],
  [/^SQLite format 3\0/, 'sqlite', 'table', 'an SQLite database'],
  [
    /^PK\x03\x04.{26}(\[Content_Types\]\.xml|_rels\/|xl\/)/s,
    'office',
    'table',
    'an Office document, such as an Excel workbook',
  ],
  [/^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, 'office', 'table', 'an Office document, such as an Excel workbook'],
  [/^PK\x03\x04.{26}mimetypeapplication\/vnd\.oasis/s, 'opendocument', 'table', 'an OpenDocument file'],

  [/^PK[\x03\x05]/, 'zip', 'archive', 'a zip archive'],
  [/^\x1f\x8b/, 'gzip', 'archive', 'a gzip archive'],
  [/^7z\xbc\xaf\x27\x1c/, '7z', 'archive', 'a 7z archive'],
  [/^Rar!\x1a\x07/, 'rar', 'archive', 'a RAR archive'],
  [/^\xfd7zXZ\0/, 'xz', 'archive', 'an xz archive'],
  [/^BZh[1-9]1AY/, 'bzip2', 'archive', 'a bzip2 archive'],
  [/^\x28\xb5\x2f\xfd/, 'zstd', 'archive', 'a Zstandard archive'],
  [/^.{257}ustar/s, 'tar', 'archive', 'a tar archive'],

  [/^%PDF-/, 'pdf', 'document', 'a PDF document'],
];

/** The longest signature ends here. */
export const headLength = 600;

/** Detects the type of a file by its first bytes; null where it is unknown. */
export function kindOfBytes(bytes: Uint8Array): FileKind | null {
  const head = String.fromCharCode(...bytes.subarray(0, headLength));
  for (const [pattern, id, group, name] of signatures) if (pattern.test(head)) return { id, group, name };
  return null;
}

/** Advice for a file of the wrong type; null where it depends on the expected type. */
export function remedyOf({ id, group }: FileKind): string | null {
  if (id === 'git-annex') return 'fetch the file itself with "git annex get"';
  if (group === 'pointer') return 'fetch the file itself with "git lfs pull"';
  return group === 'page' ? 'download the file again' : null;
}
