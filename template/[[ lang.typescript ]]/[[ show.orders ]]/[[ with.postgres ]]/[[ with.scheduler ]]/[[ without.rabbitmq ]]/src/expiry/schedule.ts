export { expire as run } from './index.ts';
