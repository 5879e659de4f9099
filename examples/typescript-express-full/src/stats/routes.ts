import { Redis } from '../adapters/redis.ts';
import { sendValue } from '../answer.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { route } from '../route.ts';
import { readStats } from './operations.ts';
import { requests } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  const { store } = adapters.get(Redis);
  route(app, readStats, async (_input, response) => {
    sendValue(response, { requests: await requests(store) });
  });
}
