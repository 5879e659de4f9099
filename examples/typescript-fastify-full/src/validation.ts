/** Validation of requests by their schemas, with problems that say where they do not fit. */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { Problem } from './problems.ts';

export interface Misfit {
  readonly location: string;
  readonly message: string;
}

export function invalid(errors: readonly Misfit[]): Problem {
  return new Problem(422, 'The request does not fit its description', {}, { errors });
}

interface Property {
  readonly type?: string;
  readonly default?: unknown;
}

/** A function that gives the value of a `part` of a request, such as `body`, or throws problem 422. */
export function validator(schema: TSchema, part: string): (value: unknown) => unknown {
  const compiled = Compile(schema);
  const changed = part === 'body' ? [] : changing(schema);
  return (given) => {
    const value = changed.length > 0 ? typed(given, changed) : given;
    if (compiled.Check(value)) {
      return value;
    }
    const [, errors] = compiled.Errors(value);
    throw invalid(errors.flatMap((error) => misfits(part, error)));
  };
}

/** The properties whose values are not taken as they are. */
function changing(schema: TSchema): [string, Property][] {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, Property>> };
  return Object.entries(properties).filter(
    ([, { type, default: absent }]) => type === 'integer' || absent !== undefined,
  );
}

/** Texts of a query, path or header as what the schema asks for; what is absent gets its default. */
function typed(value: unknown, properties: [string, Property][]): Record<string, unknown> {
  const values: Record<string, unknown> = { ...(value as object) };
  for (const [name, property] of properties) {
    const given = values[name];
    if (given === undefined && property.default !== undefined) {
      values[name] = property.default;
    } else if (property.type === 'integer' && /^[+-]?\d{1,15}$/.test(String(given))) {
      values[name] = Number(given);
    }
  }
  return values;
}

interface ValidationError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** One error as misfits: what is missing is named by its own place. */
function misfits(
  part: string,
  { keyword, instancePath, params, message }: ValidationError,
): Misfit[] {
  const names = instancePath.split('/').slice(1).map(unescaped);
  const location = [part, ...names].join('.');
  if (keyword === 'required') {
    const { requiredProperties } = params as { requiredProperties: string[] };
    return requiredProperties.map((name) => ({
      location: `${location}.${name}`,
      message: 'is required',
    }));
  }
  // What may not be there is told of one by one, and once more all together.
  if (keyword === 'boolean') {
    return [{ location, message: 'is not known here' }];
  }
  return keyword === 'additionalProperties' ? [] : [{ location, message }];
}

/** A name as it was before it became part of a JSON pointer. */
function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
