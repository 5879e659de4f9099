import type { Generated } from 'kysely';
import type { Status } from './schemas.ts';

export interface OrdersTable {
  id: Generated<string>;
  item: string;
  quantity: number;
  status: Status;
  idempotency_key: string | null;
  email: Generated<string | null>;
  created_at: Generated<string>;
}

declare module '../adapters/postgres.ts' {
  interface Tables {
    orders: OrdersTable;
  }
}
