/** Request bodies: bounded in size and in time, whatever their headers say. */
import type { IncomingMessage } from 'node:http';
import { Problem } from './problems.ts';
import { invalid } from './validation.ts';

export const MAX_BYTES = 1024 * 1024;
export const MAX_MS = 30_000;

const EARLY = 'The body ended too early';
const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** How JSON can spell half a character, which no database and no other client could read. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/** The JSON value of a body of at most `MAX_BYTES`; throws problems 400, 408, 413 and 422. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await read(request);
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    throw invalid([{ location: 'body', message: 'must be JSON, by its Content-Type' }]);
  }
  try {
    const text = UTF8.decode(body);
    return JSON.parse(text, SURROGATE.test(text) ? whole : undefined);
  } catch {
    throw invalid([{ location: 'body', message: 'must be valid JSON' }]);
  }
}

/** A body of at most `MAX_BYTES` that comes in `patience`; throws problems 400, 408 and 413. */
export async function read(request: IncomingMessage, patience: number = MAX_MS): Promise<Buffer> {
  refuseMore(request, MAX_BYTES);
  if (request.destroyed) {
    throw new Problem(400, EARLY);
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const parts: Buffer[] = [];
  let received = 0;
  const take = (part: Buffer) => {
    received += part.length;
    if (received > MAX_BYTES) {
      reject(new Problem(413));
    } else {
      parts.push(part);
    }
  };
  const timer = setTimeout(() => reject(late()), patience);
  // By its events: an iterator makes several promises a part, for a body that mostly has one.
  request.on('data', take).once('end', resolve).once('error', reject);
  try {
    await promise;
  } catch (error) {
    throw causeOf(error);
  } finally {
    clearTimeout(timer);
    request.off('data', take).off('end', resolve).off('error', reject).resume();
  }
  return Buffer.concat(parts);
}

/** Throws problem 413 where the headers declare a body above `limit` bytes. */
export function refuseMore(request: IncomingMessage, limit: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    throw new Problem(413);
  }
}

export function late(): Problem {
  return new Problem(408, undefined, { Connection: 'close' });
}

/** A client that hangs up is no fault of the service. */
export function causeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? new Problem(400, EARLY) : error;
}

/** Lets no name and no text pass that has half a character. */
function whole(name: string, value: unknown): unknown {
  if (!name.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) {
    throw new SyntaxError('Half a character');
  }
  return value;
}
