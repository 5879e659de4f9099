/** Routes that a service does not have: for what may go wrong. */
import { Type } from 'typebox';
import { Unavailable } from '../src/adapters/index.ts';
import { sendValue } from '../src/answer.ts';
import type { App } from '../src/app.ts';
import { operation } from '../src/operation.ts';
import { route } from '../src/route.ts';

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
  route(app, readBug, () => Promise.reject(new Error('internals')));
  route(app, readOutage, () => Promise.reject(new Unavailable('db', new TypeError())));
  route(app, createSink, async ({ body }, response) => {
    sendValue(response, body.length);
  });
}
