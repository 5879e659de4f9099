import type { Adapters } from '../adapters/index.ts';
import { features } from '../discovery.ts';
import type { Greeting, GreetingRequest } from './schemas.ts';

/** What a feature offers as a module `hello-said`. */
export interface Follower {
  follow(adapters: Adapters, greeting: GreetingRequest): Promise<void>;
}

let followers: Promise<readonly Follower[]> | undefined;

export function greet(name = 'world'): Greeting {
  return { message: `Hello, ${name}!` };
}

/** Greets once every follower has done its part. */
export async function say(adapters: Adapters, greeting: GreetingRequest): Promise<Greeting> {
  followers ??= features<Follower>('hello-said');
  for (const follower of await followers) {
    await follower.follow(adapters, greeting);
  }
  return greet(greeting.name);
}
