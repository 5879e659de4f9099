/** The work of the process `scheduler`: a tick at every full minute, which one scheduler of several gets. */
import { setTimeout } from 'node:timers/promises';
import { Counter } from 'prom-client';
import { type Adapters, Unavailable } from './adapters/index.ts';
import { features } from './discovery.ts';
import { log, withFields } from './logging.ts';
import { traced } from './telemetry.ts';
import { turn } from './turn.ts';

const PERIOD_MS = 60_000;

const TICKS = new Counter({
  name: 'ticks_total',
  help: 'Ticks of the clock',
  labelNames: ['outcome'],
});

/** A job that the clock starts. */
export interface Scheduled {
  run(adapters: Adapters): Promise<void>;
}

/** Ticks until `stopping` aborts. */
export async function work(
  adapters: Adapters,
  stopping: AbortSignal,
  _cutOff?: AbortSignal,
  { period = PERIOD_MS, onTick = tick } = {},
): Promise<void> {
  for (let number = 0; ; ) {
    // A timer may be early by a little; the same tick must not come twice.
    number = Math.max(number, Math.floor(Date.now() / period)) + 1;
    const wait = number * period - Date.now();
    await setTimeout(wait, undefined, { signal: stopping }).catch(() => {});
    if (stopping.aborted) {
      return;
    }
    await onTick(adapters, number, stopping);
  }
}

/**
 * Runs `run(adapters)` of every feature's module `schedule`, unless another scheduler does.
 *
 * A tick that is missed, as in an outage, is not made up for: the next one is a minute away.
 */
export async function tick(
  adapters: Adapters,
  number: number,
  stopping: AbortSignal,
  { jobs = () => features<Scheduled>('schedule'), take = turn } = {},
): Promise<void> {
  let outcome = 'failed';
  const work = async (ours: boolean) => {
    outcome = ours ? await runAll(adapters, await jobs()) : 'left to another';
    log.info({ outcome }, 'Tick');
  };
  await withFields({ tick: number }, async () => {
    try {
      await traced('tick', {}, () => take(adapters, number, stopping, work));
    } catch (error) {
      tellOf(error);
    }
  });
  TICKS.inc({ outcome });
}

async function runAll(adapters: Adapters, jobs: readonly Scheduled[]): Promise<string> {
  for (const job of jobs) {
    await job.run(adapters);
  }
  return jobs.length > 0 ? 'done' : 'nothing to do';
}

function tellOf(error: unknown): void {
  if (error instanceof Unavailable) {
    log.warning({ reason: error.message }, 'A tick was missed');
  } else {
    log.error({ exception: error }, 'A tick failed');
  }
}
