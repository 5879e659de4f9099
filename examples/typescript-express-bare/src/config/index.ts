/**
 * Configuration: environment variables, parsed once into typed, immutable sections.
 *
 * Each module here offers `settings`, the section of one part of the service. They import nothing
 * heavy, so that bad configuration is told of at once.
 */
import * as discovery from '../discovery.ts';
import { Refusal, refuse, type Section, type Values, type Variables } from '../variables.ts';

export type Environ = Readonly<Record<string, string | undefined>>;

export interface Fault {
  readonly variable: string;
  readonly reason: string;
}

/** The environment cannot be used; `faults` names every variable that is to blame. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => fault.variable).join(', '));
    this.faults = faults;
  }
}

/** The values of every section: `config.get(settings).LOG_LEVEL`. */
export interface Config {
  get<Of extends Variables>(section: Section<Of>): Values<Of>;
}

/** The sections of all parts of this service. */
export async function sections(): Promise<Section[]> {
  const found = await discovery.modules<{ settings: Section }>('config');
  return found.map((module) => module.settings);
}

/** Parses the environment, or throws `ConfigError` with all faults. Empty means absent. */
export async function load(environ: Environ): Promise<Config> {
  const faults: Fault[] = [];
  const parsed = new Map<Section, Values<Variables>>();
  for (const section of await sections()) {
    parsed.set(section, parse(section, environ, faults));
  }
  if (faults.length > 0) {
    throw new ConfigError(faults);
  }
  return {
    get: <Of extends Variables>(section: Section<Of>) =>
      parsed.get(section as unknown as Section) as Values<Of>,
  };
}

function parse(section: Section, environ: Environ, faults: Fault[]): Values<Variables> {
  const values = {};
  for (const [name, variable] of Object.entries(section.variables)) {
    try {
      const value = variable.parse(environ[name] || undefined);
      // What is not enumerable is neither printed nor logged with the rest.
      Object.defineProperty(values, name, { value, enumerable: !variable.secret });
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      faults.push({ variable: name, reason: error.message });
      Object.defineProperty(values, name, { get: () => refuse(error.message) });
    }
  }
  const fault = checked(section, values);
  if (fault) {
    faults.push(fault);
  }
  return Object.freeze(values);
}

/** What is wrong among the values; nothing can be said where one of them was refused. */
function checked(section: Section, values: Values<Variables>): Fault | undefined {
  try {
    return section.check?.(values);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    return undefined;
  }
}
