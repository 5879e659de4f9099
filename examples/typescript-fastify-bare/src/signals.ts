/** Signals that end a process. */
import { constants } from 'node:os';

type Receive = (signal: NodeJS.Signals) => void;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
let receive: Receive = (signal) => process.exit(exitCode(signal));

export function exitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * As process 1 of a container there is no default action that would end the process.
 *
 * Elsewhere the default is best until there is something to end well: it waits for no module to load.
 */
export function replaceDefault(): void {
  if (process.pid === 1) {
    handOver(receive);
  }
}

/** From here on the signals are for `other`; the listener stays, or one on its way would be lost. */
export function handOver(other: Receive): void {
  receive = other;
  for (const signal of SIGNALS) {
    if (process.listenerCount(signal) === 0) {
      process.on(signal, (signal) => receive(signal));
    }
  }
}
