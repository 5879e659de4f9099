import type { Adapters } from '../adapters/index.ts';
import { Postgres } from '../adapters/postgres.ts';
import { follow } from './confirmation.ts';
import { postgresOrders } from './repository.ts';
import { createOrders, type Orders } from './service.ts';

/** Orders that are confirmed as they are placed. */
export function ordersOf(adapters: Adapters): Orders {
  const repository = postgresOrders(adapters.get(Postgres), 'confirmed');
  return createOrders(repository, (order) => follow(adapters, order));
}
