import type { Adapters } from '../adapters/index.ts';
import { RabbitMQ } from '../adapters/rabbitmq.ts';
import { message } from '../messages.ts';
import { EXPIRE } from './handlers.ts';

/** Leaves the work to a worker. */
export async function run(adapters: Adapters): Promise<void> {
  await adapters.get(RabbitMQ).publish(message(EXPIRE, {}));
}
