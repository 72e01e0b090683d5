import type { ModalityFacts } from '../facts.js';

export const imageFacts: ModalityFacts = {
  words: { noun: 'image', article: 'an', plain: 'picture', example: 'picture.jpg' },
  content: 'file',
  endings: new Set([
    '.jpg',
    '.jpeg',
    '.jfif',
    '.png',
    '.webp',
    '.gif',
    '.tif',
    '.tiff',
    '.avif',
    '.bmp',
    '.dib',
    // Not read, and refused by name: what telephones write is not to be passed over.
    '.heic',
    '.heif',
  ]),
  column: {
    usualNames: ['image', 'image_path', 'path', 'file', 'filename', 'file_name', 'filepath', 'img', 'id'],
    option: '--image-column',
    setting: 'imageColumn',
  },
  group: 'picture',
  remedy: 'save it as JPEG or PNG',
};
