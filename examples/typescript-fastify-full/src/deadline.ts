/** Something takes longer than it may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor() {
    super('It takes too long');
  }
}

/**
 * What `promise` gives, unless `signal` aborts before: then its reason is thrown.
 *
 * What the promise stands for goes on; whoever gives up frees what it holds.
 */
export async function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  // A promise for this call alone: one that lived as long as the signal would keep every value.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What `promise` gives, unless it takes longer: `before` for a call that needs no signal. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimeoutError()), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What `work` gives; its signal aborts when it takes longer, and no more once it is done.
 *
 * Unlike that of `AbortSignal.timeout`, the timer ends with the work.
 */
export async function limited<T>(
  milliseconds: number,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new TimeoutError()), milliseconds);
  try {
    return await work(late.signal);
  } finally {
    clearTimeout(timer);
  }
}
