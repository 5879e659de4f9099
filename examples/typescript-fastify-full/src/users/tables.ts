import type { Generated } from 'kysely';

export interface UsersTable {
  id: Generated<string>;
  email: string;
  created_at: Generated<string>;
  is_admin: Generated<boolean>;
}

declare module '../adapters/postgres.ts' {
  interface Tables {
    users: UsersTable;
  }
}
