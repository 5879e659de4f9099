import { optional, section, url } from '../variables.ts';

export const settings = section({
  REDIS_URL: optional(url({ schemes: ['redis', 'rediss', 'unix'], secret: true })),
});
