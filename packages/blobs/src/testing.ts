export { startS3, TEST_CREDENTIALS, type TestS3 } from './test-s3.js';
