import { opened } from '../adapters/index.ts';
import type { Environ } from '../config/index.ts';
import { log } from '../logging.ts';
import { ordersOf } from '../orders/placement.ts';
import { configured, noArguments } from './index.ts';

export const summary = 'Adds a few orders to look at; again, it adds nothing.';

const ORDERS = [
  { item: 'tea', quantity: 2 },
  { item: 'coffee', quantity: 1 },
  { item: 'water', quantity: 6 },
];

export async function run(args: readonly string[], environ: Environ): Promise<number> {
  noArguments(args);
  const adapters = await opened(await configured(environ));
  try {
    const orders = ordersOf(adapters);
    for (const order of ORDERS) await orders.place(order, `seed-${order.item}`);
  } finally {
    await adapters.close();
  }
  log.info({ orders: ORDERS.length }, 'The orders are there');
  return 0;
}
