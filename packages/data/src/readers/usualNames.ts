import type { Modality } from '@espalier/transfer';

/** What a column is for. */
export type Role = Modality | 'label' | 'split' | 'group';

/** Names in common use, most telling first. */
export const usualNames: Readonly<Record<Role, readonly string[]>> = {
  image: ['image', 'image_path', 'path', 'file', 'filename', 'file_name', 'filepath', 'img', 'id'],
  audio: ['audio', 'audio_path', 'path', 'file', 'filename', 'file_name', 'filepath', 'wav', 'clip', 'id'],
  text: ['text', 'sentence', 'message', 'content', 'question', 'review', 'comment', 'utterance', 'title'],
  label: ['label', 'class', 'category', 'target', 'class_name', 'label_name', 'intent', 'sentiment', 'y'],
  split: ['split', 'subset', 'partition', 'set'],
  group: ['group', 'group_id', 'patient', 'patient_id', 'subject', 'subject_id', 'speaker', 'speaker_id'],
};

export const sameName = (column: string, name: string): boolean => column.trim().toLowerCase() === name;

/** Whether a column's name is one in common use, whatever its role. */
export const isUsualName = (column: string): boolean =>
  Object.values(usualNames).some((names) => names.some((name) => sameName(column, name)));
