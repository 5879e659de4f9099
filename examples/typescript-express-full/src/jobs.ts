/** One job: a message, the handler of its name, and what becomes of it. */
import { setTimeout } from 'node:timers/promises';
import { isSpanContextValid, type Span, SpanKind } from '@opentelemetry/api';
import { Counter, Histogram } from 'prom-client';
import { type Adapters, Unavailable } from './adapters/index.ts';
import { RabbitMQ } from './adapters/rabbitmq.ts';
import { TRIES } from './broker.ts';
import { log, withFields } from './logging.ts';
import { type Message, traceOf } from './messages.ts';
import type { Delivery } from './subscription.ts';
import { traced } from './telemetry.ts';

/** Does the job; it may come again, so that the second time must change nothing. */
export type Handler = (adapters: Adapters, message: Message) => Promise<void>;
/** Handlers by the name of a message. */
export type Handlers = ReadonlyMap<string, Handler>;

type Outcome = 'done' | 'failed' | 'dead' | 'set aside' | 'given back';

const LONGEST_PAUSE_MS = 10_000;
/** Well before the broker takes a message for lost that is not settled. */
const PATIENCE_MS = 1_500_000;

const JOBS = new Counter({
  name: 'jobs_total',
  help: 'Messages worked on',
  labelNames: ['name', 'outcome'],
});
const DURATION = new Histogram({
  name: 'job_duration_seconds',
  help: 'Time to work on a message',
  labelNames: ['name'],
});

/** Waits longer after each attempt, and not at all once the process is to stop. */
export async function pause(stopping: AbortSignal, attempt: number): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** attempt);
  const jitter = 0.5 + Math.random() / 2;
  await setTimeout(longest * jitter, undefined, { signal: stopping }).catch(() => {});
}

/** What a job needs beside its message. */
export interface Surroundings {
  readonly adapters: Adapters;
  readonly handlers: Handlers;
  readonly stopping: AbortSignal;
  /** Names of messages that lack a backing service; all jobs of the process share it. */
  readonly away: Set<string>;
  readonly pause?: typeof pause;
}

/** Acknowledges what is done; what fails comes again, and after some tries becomes a dead letter. */
export async function run(delivery: Delivery, surroundings: Surroundings): Promise<void> {
  const { name, headers } = delivery;
  const work = (span: Span) =>
    withFields(fieldsOf(delivery, span), () => observed(delivery, surroundings));
  await traced(`process ${name}`, { kind: SpanKind.CONSUMER }, work, traceOf(headers));
}

/** What every line of a job has, as those of a request have. */
function fieldsOf({ id, name, headers }: Delivery, span: Span): Record<string, string> {
  const { request_id } = headers;
  const trace = span.spanContext();
  return {
    message_id: id,
    job: name,
    ...(request_id && { request_id }),
    ...(isSpanContextValid(trace) && { trace_id: trace.traceId }),
  };
}

async function observed(delivery: Delivery, surroundings: Surroundings): Promise<void> {
  const started = performance.now();
  const outcome = await attempted(delivery, surroundings);
  settle(delivery, outcome);
  const milliseconds = performance.now() - started;
  const name = surroundings.handlers.has(delivery.name) ? delivery.name : 'unknown';
  JOBS.inc({ name, outcome });
  DURATION.observe({ name }, milliseconds / 1000);
  log.info({ outcome, duration_ms: Math.round(milliseconds * 1000) / 1000 }, 'Job');
}

async function attempted(delivery: Delivery, surroundings: Surroundings): Promise<Outcome> {
  const { name, id, headers, content, returns, waiting } = delivery;
  const handler = surroundings.handlers.get(name);
  if (!handler) {
    log.error('No handler has this name');
    return 'dead';
  }
  if (surroundings.stopping.aborted) {
    return 'given back';
  }
  const tries = returns + 1;
  try {
    const body: unknown = JSON.parse(content.toString());
    const message = { name, id, body, origin: headers };
    if (waiting) {
      return await insisted(handler, message, surroundings);
    }
    if (!surroundings.away.has(name) && (await succeeds(handler, message, surroundings))) {
      return 'done';
    }
    return await setAside(message, surroundings);
  } catch (exception) {
    log.error({ exception, tries }, 'A job failed');
    if (tries >= TRIES) {
      return 'dead';
    }
    await (surroundings.pause ?? pause)(surroundings.stopping, tries);
    return 'failed';
  }
}

/** Tries again while a backing service is away, but not without end: that is no fault of the message. */
async function insisted(
  handler: Handler,
  message: Message,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { stopping } = surroundings;
  const end = performance.now() + PATIENCE_MS;
  for (let attempt = 1; !stopping.aborted && performance.now() < end; attempt += 1) {
    if (await succeeds(handler, message, surroundings)) {
      return 'done';
    }
    await (surroundings.pause ?? pause)(stopping, attempt);
  }
  return 'given back';
}

/** Whether the job is done; if not, a backing service is away. */
async function succeeds(
  handler: Handler,
  message: Message,
  { adapters, away }: Surroundings,
): Promise<boolean> {
  try {
    await handler(adapters, message);
    away.delete(message.name);
    return true;
  } catch (error) {
    if (!(error instanceof Unavailable)) {
      throw error;
    }
    log.warning({ reason: error.message }, 'A job waits');
    away.add(message.name);
    return false;
  }
}

/** Moves the message to a queue where it waits, so that it keeps none of other names from the worker. */
async function setAside(message: Message, { adapters }: Surroundings): Promise<Outcome> {
  try {
    await adapters.get(RabbitMQ).setAside(message);
    return 'set aside';
  } catch (error) {
    if (!(error instanceof Unavailable)) {
      throw error;
    }
    return 'given back';
  }
}

function settle(delivery: Delivery, outcome: Outcome): void {
  try {
    if (outcome === 'done' || outcome === 'set aside') {
      delivery.ack();
    } else if (outcome === 'given back') {
      delivery.giveBack();
    } else {
      delivery.reject({ requeue: outcome !== 'dead' });
    }
  } catch (error) {
    log.warning({ reason: (error as Error).name }, 'The broker hands the message out again');
  }
}
