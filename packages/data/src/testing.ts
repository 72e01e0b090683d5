export * from './testing/pictures.js';
export * from './testing/sounds.js';
export * from './testing/texts.js';
export * from './testing/tokenizer.js';
