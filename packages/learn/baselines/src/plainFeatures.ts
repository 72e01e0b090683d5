import type { Model } from '@espalier/onnx';
import type { Preprocessing } from '@espalier/transfer';

/** Features that nothing was trained for, as an ONNX graph of plain operators. */
export interface PlainFeatures {
  readonly name: 'plain-image' | 'plain-audio';
  /** A clause for a report, such as `colour and gradient histograms`. */
  readonly description: string;
  /** Preprocessing before the graph; the graph's input is named `input`. */
  readonly preprocessing: Preprocessing;
  /** Maps [batch, ...the preprocessing's shape] to [batch, width], in float32; finite for whatever is decoded. */
  readonly model: Model;
  /** Name of the output. */
  readonly output: string;
  /** Features of one example. */
  readonly width: number;
}
