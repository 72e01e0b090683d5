/** Writes a label within a sentence: "Macro F1" as "macro F1". */
export const inSentence = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1);
