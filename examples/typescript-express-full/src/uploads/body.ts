/** Bodies that are read as streams: bounded in size and in time, like all others. */
import type { IncomingMessage } from 'node:http';
import { causeOf, late, MAX_MS, refuseMore } from '../body.ts';
import { before } from '../deadline.ts';
import { Problem } from '../problems.ts';

/** The parts of a body of at most `limit` bytes that comes in `patience`; throws problems 400, 408 and 413. */
export async function* bounded(
  request: IncomingMessage,
  limit: number,
  patience: number = MAX_MS,
): AsyncGenerator<Buffer> {
  refuseMore(request, limit);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(late()), patience);
  // Whoever stops reading still wants to answer: the iterator must not end the connection.
  const parts: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  let received = 0;
  try {
    for (;;) {
      const part = await before(ending.signal, parts.next());
      if (part.done) {
        return;
      }
      received += part.value.length;
      if (received > limit) {
        throw new Problem(413);
      }
      yield part.value;
    }
  } catch (error) {
    throw causeOf(error);
  } finally {
    clearTimeout(timer);
    request.resume();
  }
}
