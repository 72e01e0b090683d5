import { makeTemplate } from '@espalier/store/testing';

await makeTemplate();
