/** Orders in DATABASE_URL, each that is read kept in REDIS_URL. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { createClient } from 'redis';

const COUNTER = 'baseline:requests';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
const redis = await createClient({ url: process.env.REDIS_URL }).connect();

export async function place({ item, quantity }) {
  const order = await db
    .transaction()
    .execute((transaction) =>
      transaction
        .insertInto('orders')
        .values({ item, quantity, status: 'confirmed' })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
  await redis.incr(COUNTER);
  return order;
}

export async function find(id) {
  await redis.incr(COUNTER);
  const key = `baseline:${id}`;
  const cached = await redis.get(key);
  if (cached) return JSON.parse(cached);
  const order = await db.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst();
  if (order) await redis.set(key, JSON.stringify(order), { expiration: { type: 'EX', value: 60 } });
  return order;
}
