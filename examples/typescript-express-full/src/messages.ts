/** Messages: what has happened or is to be done, and the request and trace that it comes from. */
import { randomUUID } from 'node:crypto';
import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { fields } from './logging.ts';
import { propagator } from './telemetry.ts';

export interface Message {
  /** Says which handler gets it. */
  readonly name: string;
  /** What JSON can say. */
  readonly body: unknown;
  /** Stays when the message is sent again. */
  readonly id: string;
  readonly origin: Origin;
}

/** A request and a trace in the form in which they travel: `request_id`, `traceparent`. */
export type Origin = Readonly<Record<string, string>>;

/** A new message, which comes from the present request and trace. */
export function message(name: string, body: unknown): Message {
  const { request_id } = fields();
  const request = typeof request_id === 'string' ? { request_id } : {};
  return { name, body, id: randomUUID(), origin: { ...traceHeaders(), ...request } };
}

/** The present trace. */
export function traceHeaders(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(context.active(), carrier, defaultTextMapSetter);
  return carrier;
}

/** The trace that something comes from, as the parent of what is done with it. */
export function traceOf(origin: Origin): Context {
  return propagator.extract(ROOT_CONTEXT, origin, defaultTextMapGetter);
}
