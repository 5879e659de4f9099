import { integer, section, url } from '../variables.ts';

export const settings = section({
  DATABASE_URL: url({ schemes: ['postgresql', 'postgres'], secret: true }),
  DATABASE_POOL_SIZE: integer({ default: 10, minimum: 1, maximum: 200 }),
});
