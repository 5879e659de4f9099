import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table orders (
      id uuid not null default gen_random_uuid(),
      item text not null,
      quantity integer not null,
      status text not null,
      idempotency_key text,
      created_at timestamptz not null default now(),
      constraint pk_orders primary key (id),
      constraint uq_orders_idempotency_key unique (idempotency_key),
      constraint ck_orders_positive check (quantity > 0)
    )`.execute(db);
  await sql`create index ix_orders_created_at on orders (created_at, id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table orders`.execute(db);
}
