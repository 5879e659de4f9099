import { flag, section } from '../variables.ts';

export const settings = section({
  /** Sends the cookie over HTTPS only. */
  COOKIE_SECURE: flag({ default: true }),
});
