/** Operations: what the service answers, as plain data from which routes and the description are made. */
import { type TSchema, Type } from 'typebox';

export interface Schema {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  /** Described, and read by the route itself. */
  readonly cookies?: TSchema;
  readonly body?: TSchema;
  /** What it answers when all is well, by status. */
  readonly response: Readonly<Record<number, TSchema>>;
  /** Media type of a body that the route reads as a stream and bounds itself. */
  readonly consumes?: string;
  /** Media type of the answer, where it is not JSON. */
  readonly produces?: string;
}

export interface Operation {
  readonly method: 'GET' | 'POST';
  /** A pattern with its parameters as `:name`. */
  readonly url: string;
  readonly schema: Schema;
  /** Statuses of the problems that it answers with, besides those of any operation. */
  readonly problems?: readonly number[];
  /** Headers of the answer that the description tells of: name -> what it says. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
}

/** The same operation, whose exact type its routes are checked by. */
export function operation<const Of extends Operation>(of: Of): Of {
  return of;
}

/** An error, for people and for programs (RFC 9457). */
export const ProblemBody = Type.Object(
  {
    type: Type.Optional(Type.String({ default: 'about:blank' })),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  { additionalProperties: true },
);

/** The pattern as metrics, logs and the description name it: `/orders/{id}`. */
export function pattern(url: string): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}
