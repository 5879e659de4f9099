/** Types that the requests of several features share. */
import { type TProperties, Type } from 'typebox';

/** One line of text that starts with something to see. */
export const Line = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$',
});

/** A JSON body: nothing is converted, nothing unknown is ignored. */
export function Body<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}
