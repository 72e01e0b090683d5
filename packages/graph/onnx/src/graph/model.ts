import { OnnxError } from '../errors.js';
import type { DataType, Tensor } from './tensor.js';

export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'graph'; readonly value: Graph };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** An empty name stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A number, or the name of a symbolic dimension; `null` where the file says nothing. */
export type Dimension = number | string | null;

export interface ValueInfo {
  readonly name: string;
  readonly dtype: DataType | null;
  readonly shape: readonly Dimension[] | null;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, Tensor>;
}

export interface Model {
  readonly irVersion: number;
  /** Operator set version by domain; the standard domain is the empty string. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, string>>;
}

type AttributeInput = number | string | readonly number[] | Tensor;

/** Builds a node of the standard domain; a whole number becomes an int, other numbers floats. */
export function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeInput>> = {},
  options: { readonly name?: string; readonly domain?: string } = {},
): GraphNode {
  return {
    name: options.name ?? outputs[0] ?? opType,
    opType,
    domain: options.domain ?? '',
    inputs,
    outputs,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, toAttribute(key, value)]),
    ),
  };
}

/** Attributes that the specification types as float even where the value is whole. */
const floatAttributes = new Set(['alpha', 'beta', 'epsilon', 'gamma', 'momentum', 'value_float', 'bias']);

function toAttribute(key: string, value: AttributeInput): Attribute {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'number') {
    return floatAttributes.has(key) || !Number.isInteger(value)
      ? { kind: 'float', value }
      : { kind: 'int', value };
  }
  if ('dtype' in value) return { kind: 'tensor', value };
  return { kind: 'ints', value };
}

/** Reads an attribute that is a whole number. */
export function intAttribute(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

/** Reads an attribute that is a number. */
export function floatAttribute(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'float' || attribute?.kind === 'int' ? attribute.value : fallback;
}

/** Reads an attribute that is a list of whole numbers; null where there is none. */
export function intsAttribute(node: GraphNode, name: string): readonly number[] | null {
  const attribute = node.attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : null;
}

/** Reads an attribute that is a text. */
export function stringAttribute(node: GraphNode, name: string, fallback: string): string {
  const attribute = node.attributes[name];
  return attribute?.kind === 'string' ? attribute.value : fallback;
}

/** Names a node for messages: operator and name. */
export const describeNode = (node: GraphNode): string =>
  `${node.domain === '' ? '' : `${node.domain}.`}${node.opType} '${node.name || node.outputs[0]}'`;

/**
 * The name of a node's input.
 *
 * @throws OnnxError where it has none
 */
export function inputOf(node: GraphNode, index: number): string {
  const name = node.inputs[index];
  if (name === undefined) throw new OnnxError(`${describeNode(node)} lacks its input ${index}`);
  return name;
}

/**
 * The name of a node's output.
 *
 * @throws OnnxError where it has none
 */
export function outputOf(node: GraphNode, index = 0): string {
  const name = node.outputs[index];
  if (name === undefined) throw new OnnxError(`${describeNode(node)} lacks its output ${index}`);
  return name;
}

/** Version of the standard operators that a model is written in. */
export const standardOpset = (model: Model): number => model.opsets.get('') ?? 0;
