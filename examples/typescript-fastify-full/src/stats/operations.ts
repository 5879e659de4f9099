import { Type } from 'typebox';
import { operation } from '../operation.ts';

export const readStats = operation({
  method: 'GET',
  url: '/stats',
  schema: {
    summary: 'How many requests all replicas have answered.',
    tags: ['stats'],
    response: { 200: Type.Object({ requests: Type.Integer() }) },
  },
  problems: [503],
});
