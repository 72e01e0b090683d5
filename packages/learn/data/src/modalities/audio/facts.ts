import type { ModalityFacts } from '../facts.js';

export const audioFacts: ModalityFacts = {
  words: { noun: 'recording', article: 'a', plain: 'recording', example: 'recording.wav' },
  content: 'file',
  endings: new Set(['.wav', '.wave', '.flac', '.mp3', '.ogg', '.oga', '.opus']),
  column: {
    usualNames: [
      'audio',
      'audio_path',
      'path',
      'file',
      'filename',
      'file_name',
      'filepath',
      'wav',
      'clip',
      'id',
    ],
    option: '--audio-column',
    setting: 'audioColumn',
  },
  group: 'sound',
  remedy: 'convert it to WAV or FLAC',
};
