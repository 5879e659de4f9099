/** Stand-ins for adapters. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Adapter, Readiness } from '../src/adapters/index.ts';

export class FakeAdapter implements Adapter {
  readonly name: string;
  readonly readiness: Readiness;
  down: boolean;
  pings = 0;
  readonly #ms: number;

  constructor(name: string, { reported = false, down = false, ms = 0 } = {}) {
    const weight = reported ? 'reported' : 'required';
    this.name = name;
    this.readiness = { web: weight, worker: weight, scheduler: weight };
    this.down = down;
    this.#ms = ms;
  }

  async ping(signal: AbortSignal): Promise<void> {
    this.pings += 1;
    await sleep(this.#ms, undefined, { signal });
    if (this.down) {
      throw new Error('down');
    }
  }

  async close(): Promise<void> {}
}
