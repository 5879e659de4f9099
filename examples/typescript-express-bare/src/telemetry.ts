/** Traces by OpenTelemetry: nothing is recorded or sent unless an endpoint is configured. */
import {
  type Context,
  context,
  defaultTextMapGetter,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { NAME, VERSION } from './about.ts';
import { settings } from './config/common.ts';
import type { Config } from './config/index.ts';

const FLUSH_MS = 2000;

/** Makes spans. */
export const tracer = trace.getTracer(NAME, VERSION);

/** Reads and writes `traceparent`. */
export const propagator = new W3CTraceContextPropagator();

/** Reads headers of any kind of mapping. */
export const getter = defaultTextMapGetter;

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

let recording = false;

/** Whether spans have somewhere to go: else nobody needs to make any. */
export function isRecording(): boolean {
  return recording;
}

/** Does the work inside a span, which ends with it and tells of its failure. */
export async function traced<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
  parent?: Context,
): Promise<Result> {
  // The trace of a given parent goes on also where nothing is recorded.
  if (!recording && !parent) {
    return work(NO_SPAN);
  }
  return tracer.startActiveSpan(name, options, parent ?? context.active(), async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Sends finished spans to the configured collector until it is closed. */
export async function exported(config: Config): Promise<{ close(): Promise<void> }> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, TRACES_SAMPLED_PERCENT } = config.get(settings);
  // A caller's trace goes on in the messages of a process that records nothing itself.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (!OTEL_EXPORTER_OTLP_ENDPOINT) {
    return { close: async () => {} };
  }
  // This import costs more than everything else here, so that only who wants traces pays.
  const { start } = await import('./tracing.ts');
  const shutdown = start(TRACES_SAMPLED_PERCENT);
  recording = true;
  return {
    // A dead collector must not hold the process up.
    close: () => Promise.race([shutdown(), after(FLUSH_MS)]),
  };
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
