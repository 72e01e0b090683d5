export { fitBag, type Bag, type BagOptions } from './bag.js';
export { bagNames } from './graph.js';
export { rowCount, sparseGram, transposeTimes, type SparseRows } from './sparse.js';
