import type { Postgres } from '../adapters/postgres.ts';

/** Adds an administrator, or makes an existing user one; returns the user's id. */
export async function makeAdmin(postgres: Postgres, email: string): Promise<string> {
  const user = await postgres.transaction((transaction) =>
    transaction
      .insertInto('users')
      .values({ email, is_admin: true })
      .onConflict((conflict) => conflict.column('email').doUpdateSet({ is_admin: true }))
      .returning('id')
      .executeTakeFirstOrThrow(),
  );
  return user.id;
}
