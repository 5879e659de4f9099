/** The service's description: OpenAPI 3.1, with every route and every problem that it answers. */
import type { TSchema } from 'typebox';
import { DESCRIPTION, NAME, VERSION } from './about.ts';
import { type Operation, ProblemBody, pattern } from './operation.ts';
import { MEDIA_TYPE, title } from './problems.ts';

type Json = Record<string, unknown>;

/** A body that the route reads as a stream. */
const BINARY = { type: 'string', format: 'binary' };

export function describe(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = pattern(operation.url);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: described(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: NAME, version: VERSION, description: DESCRIPTION },
    paths,
    components: { schemas: { Problem: ProblemBody } },
  };
}

function described(operation: Operation): Json {
  const { summary, tags, body, consumes } = operation.schema;
  const schema = consumes ? BINARY : body;
  const content = schema && { [consumes ?? 'application/json']: { schema } };
  return {
    summary,
    tags,
    parameters: parameters(operation),
    ...(content && { requestBody: { required: true, content } }),
    responses: { ...answers(operation), ...problems(operation) },
  };
}

function parameters({ schema }: Operation): Json[] {
  const parts = {
    path: schema.params,
    query: schema.querystring,
    header: schema.headers,
    cookie: schema.cookies,
  };
  return Object.entries(parts).flatMap(([place, part]) => {
    const { properties = {}, required = [] } = (part ?? {}) as {
      properties?: Record<string, TSchema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || (required.includes(name) && !('default' in schema)),
      schema,
    }));
  });
}

function answers({ schema, responseHeaders }: Operation): Json {
  const headers = responseHeaders && {
    headers: Object.fromEntries(
      Object.entries(responseHeaders).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' } },
      ]),
    ),
  };
  const type = schema.produces ?? 'application/json';
  return Object.fromEntries(
    Object.entries(schema.response).map(([status, answer]) => [
      status,
      { description: title(Number(status)), ...headers, content: { [type]: { schema: answer } } },
    ]),
  );
}

/** What any operation may answer, and what one with a body or parameters may. */
function problems({ schema, problems = [] }: Operation): Json {
  const { body, consumes, params, querystring, headers, cookies } = schema;
  const statuses = [400, 500, ...problems];
  statuses.push(...(body || consumes ? [408, 413] : []));
  statuses.push(...(body || params || querystring || headers || cookies ? [422] : []));
  const content = { [MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    statuses.map((status) => [status, { description: title(status), content }]),
  );
}
