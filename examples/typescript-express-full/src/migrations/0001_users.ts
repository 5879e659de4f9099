import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid not null default gen_random_uuid(),
      email text not null,
      created_at timestamptz not null default now(),
      is_admin boolean not null default false,
      constraint pk_users primary key (id),
      constraint uq_users_email unique (email)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table users`.execute(db);
}
