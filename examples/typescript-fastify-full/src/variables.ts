/** Kinds of environment variables: each parses a text, or refuses it by a reason that never holds the value. */

export interface Variable<Value> {
  readonly secret: boolean;
  /** The value of the text, or of its absence; throws `Refusal`. */
  parse(text: string | undefined): Value;
}

export class Refusal extends Error {}

/** Variables that one part of the service reads, by their names. */
// biome-ignore lint/suspicious/noExplicitAny: a section holds variables of any type
export type Variables = Readonly<Record<string, Variable<any>>>;

export type Values<Of extends Variables> = {
  readonly [Name in keyof Of]: Of[Name] extends Variable<infer Value> ? Value : never;
};

export interface Section<Of extends Variables = Variables> {
  readonly variables: Of;
  /** What the values have to be among each other: the variable to blame and why. */
  readonly check?: (
    values: Values<Of>,
  ) => { variable: keyof Of & string; reason: string } | undefined;
}

export function section<const Of extends Variables>(
  variables: Of,
  check?: Section<Of>['check'],
): Section<Of> {
  return check ? { variables, check } : { variables };
}

interface Options<Value> {
  /** Taken when the variable is absent; without one the variable is required. */
  readonly default?: Value;
  readonly secret?: boolean;
}

/** The same variable, which may be absent. */
export function optional<Value>(variable: Variable<Value>): Variable<Value | undefined> {
  return {
    secret: variable.secret,
    parse: (text) => (text === undefined ? undefined : variable.parse(text)),
  };
}

export function integer(
  options: Options<number> & { readonly minimum: number; readonly maximum: number },
): Variable<number> {
  const reason = `must be an integer from ${options.minimum} to ${options.maximum}`;
  return variable(options, (text) => {
    const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= options.minimum && value <= options.maximum ? value : refuse(reason);
  });
}

export function text(
  options: Options<string> & { readonly pattern?: RegExp; readonly reason?: string } = {},
): Variable<string> {
  const pattern = options.pattern ?? /^/;
  const reason = options.reason ?? `must match ${pattern.source}`;
  return variable(options, (value) => (pattern.test(value) ? value : refuse(reason)));
}

export function choice<const Choice extends string>(
  choices: readonly Choice[],
  options: Options<NoInfer<Choice>> = {},
): Variable<Choice> {
  const reason = `must be one of ${choices.join(', ')}`;
  return variable(options, (text) => choices.find((one) => one === text) ?? refuse(reason));
}

const FLAGS = new Map(
  ['true', '1', 'yes', 'on', 'false', '0', 'no', 'off'].map((word, index) => [word, index < 4]),
);

export function flag(options: Options<boolean> = {}): Variable<boolean> {
  return variable(
    options,
    (text) => FLAGS.get(text.toLowerCase()) ?? refuse('must be true or false'),
  );
}

/** An address with a host, by one of `schemes` (without their colon), and a path that fits `path`. */
export function url(
  options: Options<URL> & { readonly schemes: readonly string[]; readonly path?: RegExp },
): Variable<URL> {
  const reason = `must be an address that starts with ${options.schemes.map((s) => `${s}://`).join(' or ')}`;
  const path = options.path ?? /^/;
  return variable(options, (text) => {
    const value = URL.canParse(text) ? new URL(text) : refuse(reason);
    const known = options.schemes.includes(value.protocol.slice(0, -1));
    if (!known || value.hostname === '' || !text.includes('://')) {
      refuse(reason);
    }
    if (!decodable(value.href)) {
      refuse('must be percent-encoded as UTF-8');
    }
    if (!path.test(value.pathname)) {
      refuse(`must have a path that matches ${path.source}`);
    }
    return value;
  });
}

function decodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function variable<Value>(options: Options<Value>, parse: (text: string) => Value): Variable<Value> {
  return {
    secret: options.secret ?? false,
    parse(text) {
      if (text !== undefined) {
        return parse(text);
      }
      return 'default' in options ? (options.default as Value) : refuse('is required');
    },
  };
}

export function refuse(reason: string): never {
  throw new Refusal(reason);
}
