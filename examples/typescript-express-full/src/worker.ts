/** The work of the process `worker`: jobs from the queue, and what features do in the background. */
import { once } from 'node:events';
import { type Adapters, Unavailable } from './adapters/index.ts';
import { RabbitMQ } from './adapters/rabbitmq.ts';
import { features } from './discovery.ts';
import { type Handler, type Handlers, pause, run, type Surroundings } from './jobs.ts';
import { log } from './logging.ts';

interface Handling {
  readonly handlers: Readonly<Record<string, Handler>>;
}

interface Background {
  run(adapters: Adapters, stopping: AbortSignal): Promise<void>;
}

/** Works until `stopping` aborts, through any outage of the broker; what is begun at `cutOff` is given back. */
export async function work(
  adapters: Adapters,
  stopping: AbortSignal,
  cutOff: AbortSignal,
): Promise<void> {
  const background = await features<Background>('background');
  const surroundings = { adapters, handlers: await handlers(), stopping, away: new Set<string>() };
  await Promise.all([
    consume(surroundings, cutOff),
    ...background.map((feature) => feature.run(adapters, stopping)),
  ]);
}

/** Each feature has its own, by the names of messages, in `handlers` of a module `handlers`. */
async function handlers(): Promise<Handlers> {
  const found = await features<Handling>('handlers');
  return new Map(found.flatMap((feature) => Object.entries(feature.handlers)));
}

async function consume(surroundings: Surroundings, cutOff: AbortSignal): Promise<void> {
  for (let attempt = 1; !surroundings.stopping.aborted; attempt += 1) {
    try {
      await take(surroundings, cutOff);
      attempt = 0;
    } catch (error) {
      if (!(error instanceof Unavailable)) {
        throw error;
      }
      const { code, name } = error.cause as NodeJS.ErrnoException;
      log.warning({ reason: code ?? name }, 'No messages come');
    }
    await pause(surroundings.stopping, attempt);
  }
}

/** Works on messages until the process is to stop or the connection is lost, and finishes what it has begun. */
async function take(surroundings: Surroundings, cutOff: AbortSignal): Promise<void> {
  const { adapters, handlers, stopping } = surroundings;
  const jobs = new Set<Promise<void>>();
  const names = [...handlers.keys()].sort();
  const subscription = await adapters.get(RabbitMQ).subscribe((delivery) => {
    const job = run(delivery, surroundings);
    jobs.add(job);
    job.then(() => jobs.delete(job));
  }, names);
  try {
    log.info({ handlers: names }, 'Waiting for messages');
    await Promise.race([aborted(stopping), subscription.lost]);
    await subscription.stop();
    await Promise.race([Promise.all(jobs), aborted(cutOff)]);
  } finally {
    await subscription.close();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, 'abort');
  }
}
