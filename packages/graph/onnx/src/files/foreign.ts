import { kindOfBytes, remedyOf } from '@espalier/base/files';

/** Ways to ONNX for models of other programs, by their kind. */
const exports: Readonly<Record<string, string>> = {
  tflite: 'convert it with tf2onnx (python -m tf2onnx.convert --tflite)',
  hdf5: 'convert it with tf2onnx (tf2onnx.convert.from_keras)',
  keras: 'convert it with tf2onnx (tf2onnx.convert.from_keras)',
  pytorch: 'load it in PyTorch and write it with torch.onnx.export',
  pickle: 'load it in Python and write it with torch.onnx.export or skl2onnx',
  safetensors: 'it contains weights but no graph; load it in PyTorch and write it with torch.onnx.export',
  gguf: 'export the model it was made from to ONNX',
  ort: 'use the .onnx file it was made from',
  openvino: 'use the .onnx file it was made from',
};

/** Says of a file that is no ONNX model which kind it is, and what to do; null where its bytes do not tell. */
export function foreignModel(bytes: Uint8Array, fileName: string): string | null {
  const kind = kindOfBytes(bytes);
  if (kind === null) return null;
  const remedy = remedyOf(kind);
  if (remedy !== null) return `${fileName} is ${kind.name} and not the model itself; ${remedy}`;
  const how = exports[kind.id];
  return `${fileName} is ${kind.name} and not an ONNX model${how === undefined ? '' : `; ${how}`}`;
}
