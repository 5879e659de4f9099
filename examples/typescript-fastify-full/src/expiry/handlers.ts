import type { Adapters } from '../adapters/index.ts';
import { expire } from './index.ts';

export const EXPIRE = 'orders.expire';

export const handlers = { [EXPIRE]: (adapters: Adapters) => expire(adapters) };
