/** Request bodies: bounded in size and in time while they stream in, whatever their headers say. */
import type { IncomingMessage } from 'node:http';
import { before } from './deadline.ts';
import { Problem } from './problems.ts';
import { invalid } from './validation.ts';

export const MAX_BYTES = 1024 * 1024;
export const MAX_MS = 30_000;

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** How JSON can spell half a character, which no database and no other client could read. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/** The JSON value of a body of at most `MAX_BYTES`; throws problems 400, 408, 413 and 422. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of bounded(request, MAX_BYTES)) {
    parts.push(part);
  }
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    throw invalid([{ location: 'body', message: 'must be JSON, by its Content-Type' }]);
  }
  try {
    const text = UTF8.decode(Buffer.concat(parts));
    return JSON.parse(text, SURROGATE.test(text) ? whole : undefined);
  } catch {
    throw invalid([{ location: 'body', message: 'must be valid JSON' }]);
  }
}

/** A client that hangs up is no fault of the service. */
function early(error: NodeJS.ErrnoException): never {
  throw error.code === 'ECONNRESET' ? new Problem(400, 'The body ended too early') : error;
}

/** Lets no name and no text pass that has half a character. */
function whole(name: string, value: unknown): unknown {
  if (!name.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) {
    throw new SyntaxError('Half a character');
  }
  return value;
}

/** The parts of a body of at most `limit` bytes that comes whole in `patience`; else it throws 413, 400 or 408. */
export async function* bounded(
  request: IncomingMessage,
  limit: number,
  patience: number = MAX_MS,
): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    throw new Problem(413);
  }
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Problem(408, undefined, { Connection: 'close' }));
  }, patience);
  // Whoever stops reading still wants to answer: the iterator must not end the connection.
  const parts: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  let received = 0;
  try {
    for (;;) {
      const part = await before(late.signal, parts.next()).catch(early);
      if (part.done) {
        return;
      }
      received += part.value.length;
      if (received > limit) {
        throw new Problem(413);
      }
      yield part.value;
    }
  } finally {
    clearTimeout(timer);
    request.resume();
  }
}
