import type { Adapters } from './adapters/index.ts';
import type { Config } from './config/index.ts';
import type { Health } from './health.ts';

/** What the routes of a process work with. */
export interface Context {
  readonly config: Config;
  readonly adapters: Adapters;
  readonly health: Health;
}
