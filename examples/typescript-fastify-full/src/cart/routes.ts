import { Redis } from '../adapters/redis.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { addItem, readCart } from './operations.ts';
import { carts } from './service.ts';
import { session, setCookie } from './session.ts';

export function routes(app: App, { adapters, config }: Context): void {
  const { add, read } = carts(adapters.get(Redis).store);

  app.route({
    ...readCart,
    handler: async ({ headers }, reply) => {
      const id = session(headers.cookie);
      const cart = await read(id);
      return reply.header('Set-Cookie', setCookie(config, id)).send(cart);
    },
  });

  app.route({
    ...addItem,
    handler: async ({ body, headers }, reply) => {
      const id = session(headers.cookie);
      const cart = await add(id, body);
      return reply.code(201).header('Set-Cookie', setCookie(config, id)).send(cart);
    },
  });
}
