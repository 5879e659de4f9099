import { randomBytes } from 'node:crypto';
import { Problem } from '../problems.ts';
import type { Store } from '../store.ts';
import type { Cart, CartItem } from './schemas.ts';

export const TTL_SECONDS = 3600;
export const MAX_ITEMS = 100;
const ID = /^[A-Za-z0-9_-]{32}$/;

/** The id that the visitor brings when it is well-formed, else a new one that nobody can guess. */
export function cartId(given: string | undefined): string {
  return given && ID.test(given) ? given : randomBytes(24).toString('base64url');
}

/** Carts that live for an hour after they were last looked at. */
export function carts(store: Store) {
  const read = async (id: string): Promise<Cart> => ({
    items: await store.counts(key(id), TTL_SECONDS),
  });
  return {
    read,
    /** Throws problem 409 when the cart is full. */
    add: async (id: string, { item, quantity }: CartItem): Promise<Cart> => {
      const { items } = await read(id);
      if (!Object.hasOwn(items, item) && Object.keys(items).length >= MAX_ITEMS) {
        throw new Problem(409, `The cart holds ${MAX_ITEMS} items already`);
      }
      await store.add(key(id), item, quantity, TTL_SECONDS);
      return read(id);
    },
  };
}

function key(id: string): string {
  return `cart:${id}`;
}
