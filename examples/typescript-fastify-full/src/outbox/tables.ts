import type { Generated, JSONColumnType } from 'kysely';
import type { Origin } from '../messages.ts';

export interface OutboxTable {
  id: Generated<string>;
  message_id: string;
  name: string;
  body: JSONColumnType<object>;
  origin: JSONColumnType<Origin>;
  created_at: Generated<string>;
}

declare module '../adapters/postgres.ts' {
  interface Tables {
    outbox: OutboxTable;
  }
}
