/** An order's confirmation goes out by mail to whoever left an address. */
import { Email } from '../adapters/email.ts';
import type { Adapters } from '../adapters/index.ts';
import type { PlacedOrder } from '../orders/schemas.ts';

/** Sends the confirmation; the same order gives the same id to every attempt. */
export async function follow(adapters: Adapters, order: PlacedOrder): Promise<void> {
  if (order.email) {
    await adapters.get(Email).send({
      to: order.email,
      subject: 'Your order is confirmed',
      text: `Your order of ${order.quantity} x ${order.item} is confirmed.\n\nIts number is ${order.id}.\n`,
      id: `order-${order.id}`,
    });
  }
}
