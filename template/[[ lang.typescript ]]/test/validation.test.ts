import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Problem } from '../src/problems.ts';
import { validator } from '../src/validation.ts';

const check = validator(Type.Object({ a: Type.String() }, { additionalProperties: false }), 'body');

/** What a problem says of a value, as far as it goes. */
function errors(value: unknown): unknown {
  try {
    check(value);
    return [];
  } catch (error) {
    assert(error instanceof Problem);
    return error.extensions.errors;
  }
}

test('what is missing and what is not known are named by their places', () => {
  assert.deepEqual(errors({ 'b/c~': 1 }), [
    { location: 'body.a', message: 'is required' },
    { location: 'body.b/c~', message: 'is not known here' },
  ]);
});

test('many unknown members are told of as well', () => {
  const names = Array.from({ length: 20 }, (_, n) => [`b${n}`, 1]);
  const [first] = errors({ a: '', ...Object.fromEntries(names) }) as object[];
  assert.deepEqual(first, { location: 'body.b0', message: 'is not known here' });
});
