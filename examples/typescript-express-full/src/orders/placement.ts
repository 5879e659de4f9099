import type { Adapters } from '../adapters/index.ts';
import { Postgres, type Transaction } from '../adapters/postgres.ts';
import { message } from '../messages.ts';
import * as outbox from '../outbox/index.ts';
import { follow } from './confirmation.ts';
import { postgresOrders } from './repository.ts';
import type { PlacedOrder } from './schemas.ts';
import { createOrders, type OrderRepository, type Orders } from './service.ts';

export const CREATED = 'order.created';

/** Orders that the worker confirms, by the message that is committed with each. */
export function ordersOf(adapters: Adapters): Orders {
  return createOrders(repositoryOf(adapters), (order) => follow(adapters, order));
}

export function repositoryOf(adapters: Adapters): OrderRepository {
  return postgresOrders(adapters.get(Postgres), 'pending', announce);
}

async function announce(transaction: Transaction, order: PlacedOrder): Promise<void> {
  await outbox.add(transaction, message(CREATED, { order_id: order.id }));
}
