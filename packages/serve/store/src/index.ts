export { EVENT_CHANNEL, type Database, type Row } from './database.js';
export { StoreError } from './errors.js';
export * from './generated/enums.js';
export type { PrismaClient, Prisma } from './generated/client.js';
export { addEpoch, json, tell, type News, type Transaction } from './journal/apply.js';
export { localProject, syncTracked, trackedStudies, trackStudy, type Unsynced } from './journal/local.js';
export { dropGone, syncJournal, type Synced } from './journal/sync.js';
export { migrate, readMigrations, type Migration } from './migrate.js';
export { openStore, storeFolder, storePlace, type StorePlace } from './open.js';
