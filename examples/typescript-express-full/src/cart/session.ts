/** The cookie that a visitor's cart belongs to. */
import { settings } from '../config/cart.ts';
import type { Config } from '../config/index.ts';
import { cartId, TTL_SECONDS } from './service.ts';

const COOKIE = 'cart';

/** The id of the visitor's cart, by the request's header `Cookie`. */
export function session(cookies: string | undefined): string {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim().split('='));
  return cartId(pairs.findLast(([name]) => name === COOKIE)?.[1]);
}

/** The header `Set-Cookie`, by which the visitor's cart is found for another hour. */
export function setCookie(config: Config, id: string): string {
  const cookie = `${COOKIE}=${id}; HttpOnly; Max-Age=${TTL_SECONDS}; Path=/; SameSite=lax`;
  return config.get(settings).COOKIE_SECURE ? `${cookie}; Secure` : cookie;
}
