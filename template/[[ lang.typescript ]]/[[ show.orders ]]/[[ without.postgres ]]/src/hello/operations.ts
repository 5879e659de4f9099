import { Type } from 'typebox';
import { operation } from '../operation.ts';
import { Line } from '../schemas.ts';
import { Greeting, GreetingRequest } from './schemas.ts';

const tags = ['hello'];

export const readGreeting = operation({
  method: 'GET',
  url: '/hello',
  schema: {
    summary: 'Greets whoever is named in the query.',
    tags,
    querystring: Type.Object({
      name: Type.Optional(Type.Unsafe<string>({ ...Line, default: 'world' })),
    }),
    response: { 200: Greeting },
  },
});

export const createGreeting = operation({
  method: 'POST',
  url: '/hello',
  schema: {
    summary:
      'Greets whoever is named in the body, once every feature with a module `hello-said` has done its part.',
    tags,
    body: GreetingRequest,
    response: { 200: Greeting },
  },
  problems: [503],
});
