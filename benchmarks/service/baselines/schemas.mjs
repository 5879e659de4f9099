/** What the requests and answers of both frameworks look like. */
import { Type } from 'typebox';

const Line = Type.String({ minLength: 1, maxLength: 200 });

export const Named = Type.Object({ name: Type.String({ ...Line, default: 'world' }) });
export const Greeting = Type.Object({ message: Type.String() });
export const Found = Type.Object({ id: Type.String({ format: 'uuid' }) });
export const OrderRequest = Type.Object({
  item: Line,
  quantity: Type.Integer({ minimum: 1, maximum: 1000 }),
});
export const Order = Type.Object({
  id: Type.String(),
  item: Type.String(),
  quantity: Type.Integer(),
  status: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
});
