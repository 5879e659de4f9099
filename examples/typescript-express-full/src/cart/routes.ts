import { Redis } from '../adapters/redis.ts';
import { sendValue } from '../answer.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { route } from '../route.ts';
import { addItem, readCart } from './operations.ts';
import { carts } from './service.ts';
import { session, setCookie } from './session.ts';

export function routes(app: App, { adapters, config }: Context): void {
  const { add, read } = carts(adapters.get(Redis).store);

  route(app, readCart, async ({ headers }, response) => {
    const id = session(headers.cookie);
    const cart = await read(id);
    sendValue(response.set('Set-Cookie', setCookie(config, id)), cart);
  });

  route(app, addItem, async ({ body, headers }, response) => {
    const id = session(headers.cookie);
    const cart = await add(id, body);
    sendValue(response.status(201).set('Set-Cookie', setCookie(config, id)), cart);
  });
}
