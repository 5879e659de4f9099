import { type Static, Type } from 'typebox';
import { Body, Line } from '../schemas.ts';

export const Greeting = Type.Object({ message: Type.String() });
export type Greeting = Static<typeof Greeting>;

export const GreetingRequest = Body({ name: Line });
export type GreetingRequest = Static<typeof GreetingRequest>;
