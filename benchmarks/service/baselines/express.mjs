/** The smallest Express application that does a rendered service's work: no log, no metrics, no limits. */
import express from 'express';
import { Compile } from 'typebox/compile';
import { Found, Named, OrderRequest } from './schemas.mjs';

const app = express();
const [isNamed, isFound, isOrder] = [Named, Found, OrderRequest].map((schema) => Compile(schema));

app.get('/hello', (request, response) => {
  const query = { name: 'world', ...request.query };
  if (!isNamed.Check(query)) return response.sendStatus(422);
  response.json({ message: `Hello, ${query.name}!` });
});

if (process.env.DATABASE_URL) {
  const { find, place } = await import('./orders.mjs');

  app.post('/orders', express.json(), async ({ body }, response) => {
    if (!isOrder.Check(body)) return response.sendStatus(422);
    response.status(201).json(await place(body));
  });

  app.get('/orders/:id', async ({ params }, response) => {
    if (!isFound.Check(params)) return response.sendStatus(422);
    const order = await find(params.id);
    order ? response.json(order) : response.sendStatus(404);
  });
}

app.listen(Number(process.env.PORT));
