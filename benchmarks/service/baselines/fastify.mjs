/** The smallest Fastify application that does a rendered service's work: no log, no metrics, no limits. */
import Fastify from 'fastify';
import { Found, Greeting, Named, Order, OrderRequest } from './schemas.mjs';

const app = Fastify();

app.get('/hello', {
  schema: { querystring: Named, response: { 200: Greeting } },
  handler: async ({ query }) => ({ message: `Hello, ${query.name}!` }),
});

if (process.env.DATABASE_URL) {
  const { find, place } = await import('./orders.mjs');

  app.post('/orders', {
    schema: { body: OrderRequest, response: { 201: Order } },
    handler: async ({ body }, reply) => reply.code(201).send(await place(body)),
  });

  app.get('/orders/:id', {
    schema: { params: Found, response: { 200: Order } },
    handler: async ({ params }, reply) => (await find(params.id)) ?? reply.code(404).send(),
  });
}

await app.listen({ port: Number(process.env.PORT) });
