import type { ModalityFacts } from '../facts.js';

export const textFacts: ModalityFacts = {
  words: { noun: 'text', article: 'a', plain: 'text', example: 'a text' },
  content: 'text',
  endings: new Set(['.txt']),
  column: {
    usualNames: [
      'text',
      'sentence',
      'message',
      'content',
      'question',
      'review',
      'comment',
      'utterance',
      'title',
    ],
    option: '--text',
    setting: 'textColumn',
  },
  group: null,
  remedy: 'save it as UTF-8 text',
};
