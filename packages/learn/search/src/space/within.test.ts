import { expect, it } from 'vitest';
import { requireWithin, SearchError } from '../index.js';
import { rateConfiguration, rateSpace } from '../testing/fixtures.js';

const configuration = rateConfiguration(1e-2);

it('keeps why somebody suggests a configuration, as far as it is a text, and not for ever', () => {
  expect(requireWithin({ ...configuration, why: 'It did well.' }, rateSpace)).toEqual({
    ...configuration,
    why: 'It did well.',
  });
  expect(requireWithin({ ...configuration, why: 'x'.repeat(5000) }, rateSpace).why).toHaveLength(300);
  expect(requireWithin({ ...configuration, why: 7 }, rateSpace)).toEqual(configuration);
  expect(requireWithin(configuration, rateSpace)).toEqual(configuration);
});

it('refuses what is no configuration, whatever it says', () => {
  expect(() => requireWithin({ why: 'It is good.' }, rateSpace)).toThrow(SearchError);
  expect(() => requireWithin({ ...configuration, because: 'so' }, rateSpace)).toThrow(SearchError);
});
