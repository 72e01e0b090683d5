export { connect, type Client, type ConnectOptions } from './connect.js';
export { downloadModel, type DownloadOptions } from './download.js';
export { ApiError, ClientError, isApiError, type Failure } from './errors.js';
export { predict, type Input, type Score } from './predict.js';
export { uploadDataset, type DatasetUpload, type UploadProgress } from './upload.js';
export { waitForStudy, type StudyEvent, type StudyState, type WaitOptions } from './wait.js';
