/** A greeting announces itself. */
import type { Adapters } from '../adapters/index.ts';
import { RabbitMQ } from '../adapters/rabbitmq.ts';
import type { GreetingRequest } from '../hello/schemas.ts';
import { message } from '../messages.ts';
import { SAID } from './handlers.ts';

/** Resolves once the broker keeps the announcement. */
export async function follow(adapters: Adapters, greeting: GreetingRequest): Promise<void> {
  await adapters.get(RabbitMQ).publish(message(SAID, { name: greeting.name }));
}
