import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { createGreeting, readGreeting } from './operations.ts';
import { greet, say } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  app.route({ ...readGreeting, handler: async ({ query }) => greet(query.name) });
  app.route({ ...createGreeting, handler: ({ body }) => say(adapters, body) });
}
