/** Gives a slot, or rejects with the reason of `patience` once that is aborted; the slot's function gives it back. */
export type TakeSlot = (patience: AbortSignal) => Promise<() => void>;

/** Bounds how much of something goes on at once; who comes first is served first. */
export function slots(count: number): TakeSlot {
  const waiting: (() => void)[] = [];
  let free = count;

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  function wait(patience: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      function leave(): void {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(patience.reason);
      }
      function enter(): void {
        patience.removeEventListener('abort', leave);
        resolve();
      }
      patience.addEventListener('abort', leave, { once: true });
      waiting.push(enter);
    });
  }

  return async (patience) => {
    patience.throwIfAborted();
    if (free > 0) free -= 1;
    else await wait(patience);
    return release;
  };
}
