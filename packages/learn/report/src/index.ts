export { renderCard } from './card.js';
export { renderMarkdown } from './report.js';
export { writeReport } from './write.js';
