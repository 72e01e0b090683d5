import type { TextView } from './views.js';
import type { ExampleView } from '../view.js';

/** @throws RangeError where the view is of another modality */
export function viewOfText(look: ExampleView): TextView {
  if (look.modality === 'text') return look.view;
  throw new RangeError(`a text cannot be read in a view of ${look.modality}`);
}
