/** Readiness: pings of all adapters, weighed by what this process needs. */
import type { Adapter, Process } from './adapters/index.ts';
import { before } from './deadline.ts';
import { log } from './logging.ts';

export type State = 'ok' | 'degraded' | 'down';

export interface Report {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, State>>;
}

/** Whether a process can do its work. */
export interface Health {
  /** Set when it has been told to stop. */
  draining: boolean;
  /** The present state; however often it is asked, pings are rare and run side by side. */
  report(): Promise<Report>;
}

export function createHealth(
  adapters: Iterable<Adapter>,
  process: Process,
  { pingMs = 1500, freshMs = 500 } = {},
): Health {
  let checks: Promise<Record<string, State>> | undefined;

  async function check(): Promise<Record<string, State>> {
    const states = [...adapters].map(async (adapter) => [adapter.name, await state(adapter)]);
    return Object.fromEntries(await Promise.all(states));
  }

  async function state(adapter: Adapter): Promise<State> {
    const signal = AbortSignal.timeout(pingMs);
    try {
      await before(signal, adapter.ping(signal));
      return 'ok';
    } catch (error) {
      // Whatever is wrong with it, it is not there.
      const reason = error instanceof Error ? error.name : typeof error;
      log.warning({ dependency: adapter.name, reason }, 'A ping failed');
      return adapter.readiness[process] === 'required' ? 'down' : 'degraded';
    }
  }

  return {
    draining: false,
    async report() {
      checks ??= check().finally(() => setTimeout(() => (checks = undefined), freshMs).unref());
      const found = await checks;
      const ready = !this.draining && !Object.values(found).includes('down');
      return { ready, checks: found };
    },
  };
}
