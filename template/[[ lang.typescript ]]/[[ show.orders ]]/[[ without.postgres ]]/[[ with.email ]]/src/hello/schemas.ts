import { type Static, Type } from 'typebox';
import { ADDRESS } from '../mail/address.ts';
import { Body, Line } from '../schemas.ts';

export const Greeting = Type.Object({ message: Type.String() });
export type Greeting = Static<typeof Greeting>;

export const GreetingRequest = Body({
  name: Line,
  /** Who gets the greeting by mail as well. */
  email: Type.Optional(Type.Union([Type.String(ADDRESS), Type.Null()])),
});
export type GreetingRequest = Static<typeof GreetingRequest>;
