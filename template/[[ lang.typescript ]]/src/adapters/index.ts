/**
 * Adapters: clients of the backing services, one module each.
 *
 * A module here offers `open`, which returns an adapter without waiting for its service: an outage
 * at start must not end the process.
 */
import type { Config } from '../config/index.ts';
import * as discovery from '../discovery.ts';

export type Process = 'web' | 'worker' | 'scheduler';
export type Readiness = Readonly<Record<Process, 'required' | 'reported'>>;

export interface Adapter {
  readonly name: string;
  /** By process: whether an outage makes it unready, or is only reported. */
  readonly readiness: Readiness;
  /** Asks the service for a sign of life; rejects when there is none. */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A backing service does not answer, or not in time. */
export class Unavailable extends Error {
  readonly dependency: string;

  constructor(dependency: string, cause?: unknown) {
    super(`${dependency} is unavailable`, { cause });
    this.dependency = dependency;
  }
}

type Kind<Of extends Adapter> = abstract new (...args: never[]) => Of;

/** The open adapters of this process; `adapters.get(Redis)` is the one of that class. */
export class Adapters {
  readonly #opened: readonly Adapter[];

  constructor(opened: readonly Adapter[]) {
    this.#opened = opened;
  }

  [Symbol.iterator](): Iterator<Adapter> {
    return this.#opened[Symbol.iterator]();
  }

  get<Of extends Adapter>(kind: Kind<Of>): Of {
    const found = this.#opened.find((adapter) => adapter instanceof kind);
    if (!found) {
      throw new Error(`no adapter ${kind.name} is open`);
    }
    return found as Of;
  }

  /** Closes them in reverse order. */
  async close(): Promise<void> {
    for (const adapter of [...this.#opened].reverse()) {
      await adapter.close();
    }
  }
}

/** Every adapter, open; whoever asks for them closes them. */
export async function opened(config: Config): Promise<Adapters> {
  const found = await discovery.modules<{ open(config: Config): Promise<Adapter> }>('adapters');
  const adapters: Adapter[] = [];
  for (const module of found) {
    adapters.push(await module.open(config));
  }
  return new Adapters(adapters);
}
