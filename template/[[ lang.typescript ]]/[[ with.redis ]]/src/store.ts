/** What this service keeps outside its database: values that expire, and counters. */

const MAX_ENTRIES = 10_000;

/** Values and counters by key; every call may throw `Unavailable`. */
export interface Store {
  get(key: string): Promise<string | undefined>;
  /** Keeps the value for `seconds`. */
  set(key: string, value: string, seconds: number): Promise<void>;
  /** Adds to a counter that does not expire, and returns it. */
  increment(key: string, amount: number): Promise<number>;
  /** Adds to a member's count; all members live for another `seconds`. */
  add(key: string, member: string, amount: number, seconds: number): Promise<void>;
  /** The counts of all members, which live for another `seconds`. */
  counts(key: string, seconds: number): Promise<Record<string, number>>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  value: string;
  counts: ReadonlyMap<string, number>;
  expires: number;
}

/** A store inside this process, for one replica; the oldest entries make room for new ones. */
export function memoryStore({
  now = () => performance.now() / 1000,
  maxEntries = MAX_ENTRIES,
} = {}): Store {
  const entries = new Map<string, Entry>();

  const read = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry && entry.expires > now()) return entry;
    entries.delete(key);
    return undefined;
  };

  const write = (key: string, change: Partial<Entry>) => {
    entries.delete(key);
    entries.set(key, {
      value: '',
      counts: new Map(),
      expires: Number.POSITIVE_INFINITY,
      ...change,
    });
    const [oldest] = entries.keys();
    if (oldest !== undefined && entries.size > maxEntries) entries.delete(oldest);
  };

  return {
    get: async (key) => read(key)?.value,

    set: async (key, value, seconds) => write(key, { value, expires: now() + seconds }),

    increment: async (key, amount) => {
      const count = Number(read(key)?.value ?? 0) + amount;
      write(key, { value: String(count) });
      return count;
    },

    add: async (key, member, amount, seconds) => {
      const counts = new Map(read(key)?.counts);
      counts.set(member, (counts.get(member) ?? 0) + amount);
      write(key, { counts, expires: now() + seconds });
    },

    counts: async (key, seconds) => {
      const entry = read(key);
      if (!entry) return {};
      entry.expires = now() + seconds;
      return Object.fromEntries(entry.counts);
    },

    ping: async () => {},
    close: async () => entries.clear(),
  };
}
