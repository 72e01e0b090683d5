export { writeAtomic, writeFileAtomic, appendLineDurable } from './write.js';
export { sha256OfFile, sha256Of } from './hash.js';
export { lockFolder, lockHolder, LockedError } from './lock.js';
export { reasonOf } from './reasons.js';
export { headLength, kindOfBytes, remedyOf, type FileGroup, type FileKind } from './kinds.js';
export { closeToOthers, PRIVATE_FILE, PRIVATE_FOLDER, privateFolder } from './private.js';
