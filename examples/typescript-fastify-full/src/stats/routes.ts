import { Redis } from '../adapters/redis.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { readStats } from './operations.ts';
import { requests } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  const { store } = adapters.get(Redis);
  app.route({ ...readStats, handler: async () => ({ requests: await requests(store) }) });
}
