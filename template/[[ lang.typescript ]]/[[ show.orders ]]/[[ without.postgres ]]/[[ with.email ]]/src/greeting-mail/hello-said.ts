/** A greeting goes out by mail to whoever left an address. */
import { randomUUID } from 'node:crypto';
import { Email } from '../adapters/email.ts';
import type { Adapters } from '../adapters/index.ts';
import type { GreetingRequest } from '../hello/schemas.ts';

/** Resolves once whoever carries the mail has it. */
export async function follow(adapters: Adapters, greeting: GreetingRequest): Promise<void> {
  if (greeting.email) {
    await adapters.get(Email).send({
      to: greeting.email,
      subject: 'A greeting',
      text: `Hello, ${greeting.name}!\n`,
      id: `hello-${randomUUID()}`,
    });
  }
}
