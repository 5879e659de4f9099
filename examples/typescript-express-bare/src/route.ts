/** Routes by their operations: what a handler gets has the types of the schemas, and fits them. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import type { Static, TSchema } from 'typebox';
import type { App } from './app.ts';
import { readJson } from './body.ts';
import { matched } from './observation.ts';
import { type Operation, pattern, type Schema } from './operation.ts';
import { validator } from './validation.ts';

type Read<Part> = Part extends TSchema ? Static<Part> : unknown;

/** A request that fits its operation. */
export interface Input<Of extends Schema> {
  readonly request: Request;
  readonly params: Read<Of['params']>;
  readonly query: Read<Of['querystring']>;
  readonly headers: Read<Of['headers']> & IncomingHttpHeaders;
  readonly body: Read<Of['body']>;
}

export type Handler<Of extends Schema> = (input: Input<Of>, response: Response) => Promise<void>;

/** Adds the operation's route; a request that does not fit it never reaches `handle`. */
export function route<Of extends Operation>(
  app: App,
  { method, url, schema }: Of,
  handle: Handler<Of['schema']>,
): void {
  const read = reader(schema);
  const name = pattern(url);
  app[method === 'GET' ? 'get' : 'post'](url, async (request, response) => {
    matched(request, name, schema.tags);
    await handle((await read(request)) as Input<Of['schema']>, response);
  });
}

function reader(schema: Schema): (request: Request) => Promise<Input<Schema>> {
  const params = checked(schema.params, 'path');
  const query = checked(schema.querystring, 'query');
  const headers = checked(schema.headers, 'header');
  const body = checked(schema.body, 'body');
  return async (request) => {
    const json = schema.body ? await readJson(request) : undefined;
    return {
      request,
      params: params(request.params),
      body: body(json),
      query: query(request.query),
      headers: headers(request.headers) as IncomingHttpHeaders,
    };
  };
}

/** What there is no schema for passes as it is. */
function checked(schema: TSchema | undefined, part: string): (value: unknown) => unknown {
  return schema ? validator(schema, part) : (value) => value;
}
