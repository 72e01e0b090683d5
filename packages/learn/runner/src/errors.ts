export { StudyError } from '@espalier/study';
