export { startS3, TEST_CREDENTIALS, type TestS3 } from './s3.js';
