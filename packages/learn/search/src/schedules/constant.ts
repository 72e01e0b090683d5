import type { Schedule } from './schedule.js';

export const constantSchedule: Schedule = { name: 'constant', factor: () => 1 };
