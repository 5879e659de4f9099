import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { route } from '../route.ts';
import { createGreeting, readGreeting } from './operations.ts';
import { greet, say } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  route(app, readGreeting, async ({ query }, response) => {
    response.json(greet(query.name));
  });

  route(app, createGreeting, async ({ body }, response) => {
    response.json(await say(adapters, body));
  });
}
