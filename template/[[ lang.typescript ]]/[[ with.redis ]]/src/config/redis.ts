import { optional, section, url } from '../variables.ts';

export const settings = section({
  /** Its path is empty or the number of a database. */
  REDIS_URL: optional(url({ schemes: ['redis', 'rediss'], path: /^(\/\d{0,4})?$/, secret: true })),
});
