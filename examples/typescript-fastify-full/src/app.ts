/** The web application: probes, the routes of every feature, and what surrounds a request. */
import type { IncomingMessage, RequestListener } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { readJson } from './body.ts';
import type { Context } from './context.ts';
import { features } from './discovery.ts';
import { log } from './logging.ts';
import { register } from './metrics.ts';
import { giveUp, matched } from './observation.ts';
import { describe } from './openapi.ts';
import { type Operation, pattern } from './operation.ts';
import * as probes from './probes.ts';
import { MEDIA_TYPE, Problem, problemOf } from './problems.ts';
import { described, noRoute } from './routing.ts';
import { invalid, validator } from './validation.ts';

/** Fastify whose requests have the types of their schemas. */
export type App = ReturnType<typeof bare>;

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
  const app = bare(operations);
  const description = describe(operations);
  app.route({ ...probes.readLiveness, handler: async () => ({ status: 'live' as const }) });
  app.route({ ...probes.readReadiness, handler: () => probes.readiness(context) });
  app.route({ ...probes.readVersion, handler: async () => probes.version(context) });
  app.route({ ...probes.readDescription, handler: async () => description });
  app.route({
    ...probes.readMetrics,
    handler: async (_request, reply) => {
      reply.type(register.contentType);
      return register.metrics();
    },
  });
  for (const feature of features) {
    feature.routes(app, context);
  }
  await app.ready();
  return (request, response) => {
    // Some methods make errors of Fastify's own before it looks for a route.
    if (METHODS.has(request.method ?? '')) {
      app.routing(request, response);
    } else {
      giveUp(response, noRoute(operations, request.url ?? ''));
    }
  };
}

/** Methods that operations may have. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST']);

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};

const NO_MEDIA_TYPE = invalid([
  { location: 'header.content-type', message: 'must be a media type' },
]);

/** Fastify with the service's own bodies, validation and problems. */
function bare(operations: readonly Operation[]) {
  const app = Fastify({
    exposeHeadRoutes: false,
    routerOptions: {
      maxParamLength: 65_536,
      querystringParser: (text) => Object.fromEntries(new URLSearchParams(text)),
    },
    frameworkErrors: (_error, _request, reply) => answer(reply as FastifyReply, new Problem(404)),
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Before a body is read or judged; an empty parameter is none.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || Object.values(request.params as object).includes('')) {
      answer(reply, noRoute(operations, request.url));
    } else {
      done();
    }
  });
  app.addHook('onRoute', (route) => {
    const name = pattern(route.url);
    const { tags } = route.schema as Operation['schema'];
    route.onRequest = ({ raw }, _reply, done) => {
      matched(raw, name, tags);
      done();
    };
  });
  app.addHook('preSerialization', (_request, reply, payload, done) => {
    // JSON is UTF-8 and has no such parameter.
    if (reply.getHeader('content-type') === 'application/json; charset=utf-8') {
      reply.header('content-type', 'application/json');
    }
    done(null, payload);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const streamed = (request.routeOptions.schema as Operation['schema'] | undefined)?.consumes;
    return streamed ? payload : readJson(request.raw);
  });
  app.setValidatorCompiler<TSchema>(({ schema, httpPart = 'body' }) => {
    const validate = validator(schema, PARTS[httpPart] ?? httpPart);
    return (value) => {
      try {
        return { value: validate(value) };
      } catch (error) {
        return { error: error as Error };
      }
    };
  });
  app.setErrorHandler((error: Error & { readonly code?: string }, _request, reply) => {
    // Fastify refuses what is no media type before any route can.
    const problem =
      error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? NO_MEDIA_TYPE : problemOf(error);
    if (problem.status === 500) {
      log.error({ exception: error }, 'A request failed');
    }
    return answer(reply, problem);
  });
  return app;
}

/** Sends what is JSON already. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return sendSerialized(reply, 'application/json', json);
}

function answer(reply: FastifyReply, problem: Problem): FastifyReply {
  reply.code(problem.status).headers(problem.headers);
  return sendSerialized(reply, MEDIA_TYPE, problem.body);
}

function sendSerialized(reply: FastifyReply, type: string, body: string): FastifyReply {
  return reply.type(type).serializer(identity).send(body);
}

function identity(body: string): string {
  return body;
}
