import { section, url } from '../variables.ts';

export const settings = section({
  AMQP_URL: url({ schemes: ['amqp', 'amqps'], secret: true }),
});
