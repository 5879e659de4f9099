/** What is seen of a request: its id, its trace, its line in the log, its metrics. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Adapters } from './adapters/index.ts';
import { log, logAccess, withFields } from './logging.ts';
import * as metrics from './metrics.ts';
import { MEDIA_TYPE, type Problem, unavailable } from './problems.ts';
import { getter, isRecording, propagator, tracer } from './telemetry.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const NO_ROUTE = 'unmatched';
/** For a body that nobody reads any more: a connection closed too early loses the answer. */
const LINGER_MS = 5000;

/** One request and what became of it. */
export interface Exchange {
  readonly method: string;
  /** The route's pattern: a path as it came would make metrics grow without end. */
  route: string;
  tags: readonly string[];
  status: number;
}

/** What a feature offers as a module `observer`: it is told of every exchange after its answer. */
export interface Observer {
  after(adapters: Adapters, exchange: Exchange): void;
}

export interface Observed {
  readonly listener: RequestListener;
  /** From here on, a connection ends with its present answer. */
  close(): void;
  /** Answers what is still under way with 503. */
  cutOff(): void;
}

declare module 'node:http' {
  interface IncomingMessage {
    exchange?: Exchange;
  }
}

/** The framework tells which route it has found, by its pattern. */
export function matched(
  { exchange }: IncomingMessage,
  route: string,
  tags: readonly string[],
): void {
  if (exchange) {
    exchange.route = route;
    exchange.tags = tags;
  }
}

/** Surrounds every request that `listener` answers. */
export function observed(
  listener: RequestListener,
  adapters: Adapters,
  observers: readonly Observer[],
): Observed {
  const underWay = new Set<ServerResponse>();
  let closing = false;

  function listen(request: IncomingMessage, response: ServerResponse): void {
    const started = performance.now();
    const method = request.method ?? '';
    const exchange: Exchange = { method, route: NO_ROUTE, tags: ['operations'], status: 0 };
    request.exchange = exchange;
    underWay.add(response);
    const span = start(request);
    const fields = { request_id: requestId(request), ...traceId(span) };
    response.setHeader('X-Request-ID', fields.request_id);
    if (closing) {
      response.setHeader('Connection', 'close');
    }
    withFields(fields, () => {
      response.on('close', () => {
        underWay.delete(response);
        linger(request);
        exchange.status = response.headersSent ? response.statusCode : 0;
        record(exchange, span, (performance.now() - started) / 1000);
        for (const observer of observers) {
          observer.after(adapters, exchange);
        }
        if (closing) {
          request.socket.end();
        }
      });
      if (span) {
        context.with(trace.setSpan(ROOT_CONTEXT, span), () => listener(request, response));
      } else {
        listener(request, response);
      }
    });
  }

  return {
    listener: listen,
    close: () => {
      closing = true;
    },
    cutOff: () => {
      for (const response of underWay) {
        const request_id = response.getHeader('X-Request-ID');
        log.warning({ request_id }, 'A request was cut off by the shutdown');
        giveUp(response, unavailable('shutting down'));
      }
    },
  };
}

/** Answers with a problem, unless an answer is under way already. */
export function giveUp(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(problem.status, { 'Content-Type': MEDIA_TYPE, ...problem.headers });
  response.end(problem.body);
}

/** The request's span, where there is a trace: the caller's, or one that is to be recorded. */
function start({ method = '', headers }: IncomingMessage): Span | undefined {
  if (!headers.traceparent && !isRecording()) {
    return undefined;
  }
  const parent = headers.traceparent
    ? propagator.extract(ROOT_CONTEXT, headers, getter)
    : ROOT_CONTEXT;
  return tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
}

/** The caller's id when it is well-formed, else a new one. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

function traceId(span: Span | undefined): { trace_id?: string } {
  const present = span?.spanContext();
  return present && isSpanContextValid(present) ? { trace_id: present.traceId } : {};
}

function linger(request: IncomingMessage): void {
  if (!request.complete && !request.destroyed) {
    const timer = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
    request.once('close', () => clearTimeout(timer));
  }
}

function record(
  { method, route, status }: Exchange,
  span: Span | undefined,
  seconds: number,
): void {
  metrics.requests.inc({ method, route, status });
  metrics.duration.observe({ method, route }, seconds);
  logAccess({ method, route, status, duration_ms: Math.round(seconds * 1e6) / 1000 }, 'Request');
  if (span?.isRecording()) {
    span.updateName(`${method} ${route}`);
    span.setAttributes({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
    });
  }
  span?.end();
}
