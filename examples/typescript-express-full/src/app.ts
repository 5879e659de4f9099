/** The web application: probes, the routes of every feature, and what surrounds a request. */
import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { send, sendJson, sendValue } from './answer.ts';
import type { Context } from './context.ts';
import { features } from './discovery.ts';
import { log } from './logging.ts';
import { register } from './metrics.ts';
import { giveUp } from './observation.ts';
import { describe } from './openapi.ts';
import type { Operation } from './operation.ts';
import * as probes from './probes.ts';
import { Problem, problemOf } from './problems.ts';
import { route } from './route.ts';
import { described, noRoute } from './routing.ts';

export type App = Express;

/** What a feature offers as a module `routes`. */
interface Feature {
  routes(app: App, context: Context): void;
}

/** Everything that the process `web` serves. */
export async function createApp(context: Context): Promise<RequestListener> {
  return application(context, await described(), await features<Feature>('routes'));
}

/** Nothing but the paths that every process answers. */
export function probeApp(context: Context): Promise<RequestListener> {
  return application(context, probes.operations, []);
}

/** An application of these features, whose operations it describes. */
export async function application(
  context: Context,
  operations: readonly Operation[],
  features: readonly Feature[],
): Promise<RequestListener> {
  const app = bare();
  const methods = new Set<string>(operations.map((operation) => operation.method));
  // Express would answer HEAD and OPTIONS by itself, as nobody described it.
  app.use((request, _response, next) => {
    next(methods.has(request.method) ? undefined : noRoute(operations, request.url));
  });
  const description = JSON.stringify(describe(operations));
  route(app, probes.readLiveness, async (_input, response) => {
    sendValue(response, { status: 'live' });
  });
  route(app, probes.readReadiness, async (_input, response) => {
    sendValue(response, await probes.readiness(context));
  });
  route(app, probes.readVersion, async (_input, response) => {
    sendValue(response, probes.version(context));
  });
  route(app, probes.readDescription, async (_input, response) => {
    sendJson(response, description);
  });
  route(app, probes.readMetrics, async (_input, response) => {
    send(response, register.contentType, await register.metrics());
  });
  for (const feature of features) {
    feature.routes(app, context);
  }
  app.use((request) => {
    throw noRoute(operations, request.url);
  });
  app.use(fail);
  return app;
}

/** Express without what it adds unasked. */
function bare(): App {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', (text: string) => Object.fromEntries(new URLSearchParams(text)));
  return app;
}

// By its four parameters Express knows that it is for errors.
const fail: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  // A path that the router cannot decode is the path of nothing.
  const undecodable = error instanceof URIError && 'status' in error;
  const problem = undecodable ? new Problem(404) : problemOf(error);
  if (problem.status === 500) {
    log.error({ exception: error }, 'A request failed');
  }
  giveUp(response, problem);
};
