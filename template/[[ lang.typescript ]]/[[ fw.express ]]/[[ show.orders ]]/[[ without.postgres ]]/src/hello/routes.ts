import { sendValue } from '../answer.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { route } from '../route.ts';
import { createGreeting, readGreeting } from './operations.ts';
import { greet, say } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  route(app, readGreeting, async ({ query }, response) => {
    sendValue(response, greet(query.name));
  });

  route(app, createGreeting, async ({ body }, response) => {
    sendValue(response, await say(adapters, body));
  });
}
