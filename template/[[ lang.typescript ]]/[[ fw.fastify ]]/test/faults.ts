/** Routes that a service does not have: for what may go wrong. */
import { Type } from 'typebox';
import { Unavailable } from '../src/adapters/index.ts';
import type { App } from '../src/app.ts';
import { operation } from '../src/operation.ts';

const tags = ['faults'];
const response = { 200: Type.Integer() };

export const readBug = operation({
  method: 'GET',
  url: '/bug',
  schema: { summary: 'Has a bug.', tags, response },
});

export const readOutage = operation({
  method: 'GET',
  url: '/outage',
  schema: { summary: 'Misses a service.', tags, response },
});

export const createSink = operation({
  method: 'POST',
  url: '/sink',
  schema: { summary: 'Takes any text.', tags, body: Type.String(), response },
});

export function routes(app: App): void {
  app.route({ ...readBug, handler: () => Promise.reject(new Error('internals')) });
  app.route({
    ...readOutage,
    handler: () => Promise.reject(new Unavailable('db', new TypeError())),
  });
  app.route({ ...createSink, handler: async ({ body }) => body.length });
}
