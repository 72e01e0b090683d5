import { join } from 'node:path';
import { fitBag, type Bag } from '@espalier/baselines';
import { openEncoder, plainView } from '@espalier/data';
import { float32, node, replaceHead, writeModel, type Graph, type Model } from '@espalier/onnx';
import { defineBackbone, licenceFromSpdx, type Preprocessing } from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareBackbone } from '../backbone/backbone.js';
import { METADATA_KEY, type EmbeddedCard } from '../answer/export.js';
import { blankFeeds, encodeAll } from '../backbone/inputs.js';
import { openPredictor, predictEach, type Predictable, type Predictor } from '../predicting/predictor.js';
import { temporaryFolder } from '../testing/fixtures.js';
import { tinyTextBackbone } from '../testing/texts.js';

const texts = ['my parcel is lost', 'where is the parcel', 'i forgot my password', 'a new password please'];
const labels = ['parcel', 'password'];
const inputs = { words: 'words', characters: 'characters' };

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

const text = (content: string): Predictable => ({ id: content, content: { kind: 'text', text: content } });

/** Weights [width, 2] by which a text is of the class whose word is in it, ten times as strong as its features. */
function weightsOf(bag: Bag, width: number, first: number): Float32Array {
  const weights = new Float32Array(2 * width);
  const { starts, columns, values } = bag.rows(labels);
  for (const label of labels.keys()) {
    for (let i = starts[label] as number; i < (starts[label + 1] as number); i++) {
      weights[2 * (first + (columns[i] as number)) + label] = 10 * (values[i] as number);
    }
  }
  return weights;
}

/** Writes a graph with a head behind its features, and the metadata that a search writes. */
async function writeClassifier(
  path: string,
  [graph, features]: readonly [Model, string],
  weights: Float32Array,
  preprocessing: Preprocessing,
): Promise<void> {
  const width = weights.length / labels.length;
  const head = { weight: float32([width, 2], weights), bias: float32([2], [0, 0]) };
  const model = replaceHead(graph, features, [1, width], 'none', head);
  const card: EmbeddedCard = {
    version: 1,
    labels,
    preprocessing,
    backbone: 'bag',
    licence: licenceFromSpdx('MIT'),
    freezeDepth: 0,
    seed: 0,
  };
  await writeModel(path, { ...model, metadata: { [METADATA_KEY]: JSON.stringify(card) } });
}

/** Predicts texts of both classes and many lengths, together and one by one, and warms up. */
async function expectRight(predictor: Predictor): Promise<void> {
  const asked = ['PARCEL!', `the password ${'of mine '.repeat(30)}`, 'ξένος 🎉 parcel', '🎉', ''];
  const outcomes = await predictEach(predictor, asked.map(text));
  const best = outcomes.map((one) => (one.kind === 'predicted' ? one.labels[0]?.label : one.kind));
  expect(best.slice(0, 3)).toEqual(['parcel', 'password', 'parcel']);
  expect(best[4]).toBe('unreadable');
  for (const [i, outcome] of outcomes.slice(0, 4).entries()) {
    const [alone] = await predictEach(predictor, [text(asked[i] as string)]);
    if (outcome.kind !== 'predicted' || alone?.kind !== 'predicted') throw new Error('not predicted');
    for (const { label, probability } of outcome.labels) {
      const same = alone.labels.find((one) => one.label === label);
      expect(same?.probability).toBeCloseTo(probability, 5);
    }
  }
  await expect(predictor.warmUp()).resolves.toBeUndefined();
}

describe('a model that reads a bag', () => {
  it('predicts texts of any length together', async () => {
    const bag = fitBag(texts);
    const path = join(root, 'bag.onnx');
    const weights = weightsOf(bag, bag.width, 0);
    await writeClassifier(path, [bag.model(), 'bag'], weights, { kind: 'bag', inputs });
    const predictor = await openPredictor(path);
    expect(predictor.modality).toBe('text');
    const half = predictor.run([
      await predictor.prepare(text('parcel')),
      await predictor.prepare(text('x y z')),
    ]);
    expect((await half).map((scores) => scores.length)).toEqual([2, 2]);
    await expectRight(predictor);
    const bytes = new Uint8Array(1);
    await expect(predictor.prepare({ id: 'a.png', content: { kind: 'bytes', bytes } })).rejects.toThrow(
      /a\.png is a file, and the model classifies texts/,
    );
    await predictor.dispose();
  });

  it("predicts from a network's features beside it", async () => {
    const prepared = await prepareBackbone(await tinyTextBackbone(root), root);
    const { preprocessing } = prepared.loaded;
    if (preprocessing.kind !== 'text') throw new Error('a text backbone reads texts');
    const bag = fitBag(texts);
    const both = sideBySide(prepared.model, prepared.features, bag.model('beside_').graph);
    const weights = weightsOf(bag, prepared.width + bag.width, prepared.width);
    const read = { ...preprocessing, bag: { words: 'beside_words', characters: 'beside_characters' } };
    // `openPredictor` finds the tokenizer beside the model.
    const path = join(root, 'both.onnx');
    await writeClassifier(path, [both, 'both'], weights, read);
    const predictor = await openPredictor(path);
    await expectRight(predictor);
    expect(predictor.card.preprocessing).toEqual(read);
    await predictor.dispose();
  });
});

/** A network with a bag beside its features, and both in one vector `both`. */
function sideBySide(network: Model, features: string, bag: Graph): Model {
  const { graph } = network;
  return {
    ...network,
    graph: {
      ...graph,
      inputs: [...graph.inputs, ...bag.inputs],
      nodes: [...graph.nodes, ...bag.nodes, node('Concat', [features, 'beside_bag'], ['both'], { axis: 1 })],
      initializers: new Map([...graph.initializers, ...bag.initializers]),
      outputs: [{ name: 'both', dtype: 'float32', shape: ['batch', null] }],
    },
  };
}

describe('inputs of any length', () => {
  it('are filled up with zeros to the longest of a batch', async () => {
    const encoder = await openEncoder({ kind: 'bag', inputs }, '');
    const view = plainView('text');
    const wanted = ['a', 'a bc'].map((content) => ({
      example: { id: content, content: { kind: 'text' as const, text: content } },
      view,
    }));
    const feeds = await encodeAll(encoder, wanted, 0);
    expect(feeds['words']?.dims).toEqual([2, 2]);
    expect(feeds['characters']?.dims).toEqual([2, 7]);
    const [a, b, c, space] = [...'abc '].map((character) => BigInt(character.codePointAt(0) as number));
    expect([...(feeds['characters']?.data as BigInt64Array)]).toEqual(
      [space, a, space, 0n, 0n, 0n, 0n].concat([space, a, space, space, b, c, space]),
    );
    expect(blankFeeds(encoder, 0, 3)['words']?.dims).toEqual([3, 1]);
  });

  it('cannot be trained', async () => {
    const path = join(root, 'features.onnx');
    await writeModel(path, fitBag(texts).model());
    const backbone = defineBackbone({
      id: 'tiny-bag',
      family: 'tiny',
      modality: 'text',
      parameters: null,
      licence: licenceFromSpdx('MIT'),
      source: { kind: 'file', path },
      load: async () => ({
        modelPath: path,
        preprocessing: { kind: 'bag', inputs },
        features: { pooling: 'none' },
        notes: [],
      }),
    });
    await expect(prepareBackbone(backbone, root)).rejects.toThrow(
      /backbone tiny-bag: its inputs words, characters are of any length/,
    );
  });
});
