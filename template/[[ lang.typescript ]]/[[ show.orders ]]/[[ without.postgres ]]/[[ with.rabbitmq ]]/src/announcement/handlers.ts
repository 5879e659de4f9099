import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Adapters } from '../adapters/index.ts';
import { log } from '../logging.ts';
import type { Message } from '../messages.ts';

export const SAID = 'hello.said';

const Said = Type.Object({ name: Type.String() });

async function tell(_adapters: Adapters, message: Message): Promise<void> {
  const { name } = Value.Parse(Said, message.body);
  log.info({ name }, 'Somebody was greeted');
}

export const handlers = { [SAID]: tell };
