import type { Predictable } from '@espalier/runner';
import type { Modality } from '@espalier/transfer';
import { decodeBase64 } from './base64.js';
import { RequestError } from './errors.js';
import { inputsOf } from './modalities.js';
import { notOfModel, shown, tooManyInputs } from './refusals.js';
import type { Limits } from './settings.js';

/**
 * Reads the inputs of a JSON body: texts, or files in base64, one or a list. Checked by hand: a schema's
 * complaints about a million entries would take as many objects.
 *
 * @throws RequestError where it holds anything else, or more than a request may ask for
 */
export function jsonInputs(body: unknown, modality: Modality, limits: Limits): Predictable[] {
  const { one, many } = inputsOf[modality].names;
  const [name, value] = onlyMember(body, modality);
  const values = name === one ? [value] : value;
  if (!Array.isArray(values)) throw wrongShape(modality);
  if (values.length > limits.inputs) throw tooManyInputs(limits);
  return values.map((content: unknown, i) => {
    const id = name === one ? one : `${many}[${i}]`;
    if (typeof content !== 'string') throw invalid(`${id} is not a string`);
    if (inputsOf[modality].files === null) return { id, content: { kind: 'text', text: content } };
    return { id, content: { kind: 'bytes', bytes: decodeBase64(content, { id, modality, limits }) } };
  });
}

/** The one member that a body has, with the name of what the model classifies. */
function onlyMember(body: unknown, modality: Modality): readonly [name: string, value: unknown] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wrongShape(modality);
  const { one, many } = inputsOf[modality].names;
  const members = Object.entries(body);
  const known = members.find(([name]) => name === one || name === many);
  if (known === undefined) throw unknownMembers(Object.keys(body), modality);
  const [other] = members.filter(([name]) => name !== known[0]);
  if (other === undefined) return known;
  throw invalid(
    `the body has '${shown(other[0])}' beside '${known[0]}' but may have only one member; set the number of classes with ?top=<count>`,
  );
}

function unknownMembers(names: readonly string[], modality: Modality): RequestError {
  const ofOthers = Object.values(inputsOf).flatMap(({ names: { one, many } }) => [one, many]);
  const found = names.find((name) => ofOthers.includes(name));
  return found === undefined
    ? wrongShape(modality)
    : notOfModel(`the body has '${found}', which this model does not take`, modality);
}

const invalid = (message: string): RequestError => new RequestError(400, 'invalid_request', message);

const wrongShape = (modality: Modality): RequestError =>
  invalid(
    `the body must be ${inputsOf[modality].jsonExample}, or {"${inputsOf[modality].names.one}": "..."} for one`,
  );
