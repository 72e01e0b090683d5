export * from './pictures.js';
export * from './sounds.js';
export * from './texts.js';
export * from './tokenizer.js';
