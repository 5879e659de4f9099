/** Errors as `application/problem+json` (RFC 9457). */
import { STATUS_CODES } from 'node:http';
import { Unavailable } from './adapters/index.ts';
import { log } from './logging.ts';

export const MEDIA_TYPE = 'application/problem+json';
export const RETRY_AFTER_SECONDS = 5;

/** Thrown anywhere below a route, it is what the client gets. */
export class Problem extends Error {
  readonly status: number;
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the body. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    detail?: string,
    headers: Readonly<Record<string, string>> = {},
    extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? title(status));
    this.status = status;
    this.detail = detail;
    this.headers = headers;
    this.extensions = extensions;
  }

  get body(): string {
    const { status, detail, extensions } = this;
    return JSON.stringify({
      type: 'about:blank',
      title: title(status),
      status,
      detail,
      ...extensions,
    });
  }
}

/** 503, with the time after which it makes sense to ask again. */
export function unavailable(
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  return new Problem(503, detail, { 'Retry-After': String(RETRY_AFTER_SECONDS) }, extensions);
}

/** What a client is told of an error, and the log of an outage; nothing of what nobody foresaw. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (!(error instanceof Unavailable)) {
    return new Problem(500);
  }
  const { dependency, cause } = error;
  log.warning({ dependency, reason: (cause as Error | undefined)?.name }, 'A call failed');
  return unavailable(error.message);
}

export function title(status: number): string {
  return TITLES[status] ?? STATUS_CODES[status] ?? 'Unknown';
}

/** Names of RFC 9110 where Node has others. */
const TITLES: Readonly<Record<number, string>> = {
  413: 'Content Too Large',
  422: 'Unprocessable Content',
};
