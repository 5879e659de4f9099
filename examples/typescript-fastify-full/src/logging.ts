/** Logs: one JSON object a line on stdout, for this service's code and for every library. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { NAME, VERSION } from './about.ts';

type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical';
type Fields = Record<string, unknown>;

const LEVELS: Record<Level, number> = { debug: 20, info: 30, warning: 40, error: 50, critical: 60 };

/** What every line inside has in common, such as the id of a request; binding more adds to it. */
const bound = new AsyncLocalStorage<Fields>();

/** Written at once, so that no line is lost however the process ends. */
const stdout = destination({ fd: 1, sync: true });
let asText = false;
let sink: DestinationStream = stdout;

/** Lines of requests that were answered in this turn of the event loop. */
let waiting = '';
/** The moment of the last line, and its text. */
let writtenMs = 0;
let written = '';
const COMMON = JSON.stringify({ service: NAME, version: VERSION }).slice(1, -1);

/** Where every line goes: `log.info({ field: value }, 'Message')`. */
export const log: Logger<Level, true> = pino<Level, true>(
  {
    level: 'info',
    customLevels: LEVELS,
    useOnlyCustomLevels: true,
    messageKey: 'message',
    errorKey: 'exception',
    base: { service: NAME, version: VERSION },
    timestamp: () => `,"timestamp":"${timestamp()}"`,
    formatters: { level: (level) => ({ level }) },
    serializers: { exception: inspect },
    mixin: fields,
    mixinMergeStrategy: (line, common) => ({ ...common, ...line }),
  },
  { write: (line) => sink.write(line) },
);

/**
 * Logs at `info` what each request does, by the shortest way.
 *
 * Lines of one turn of the event loop are written together, before any other line.
 */
export function logAccess(own: Fields, message: string): void {
  if (asText || !log.isLevelEnabled('info')) {
    log.info(own, message);
    return;
  }
  if (!waiting) setImmediate(flush);
  const rest = JSON.stringify({ ...fields(), ...own, message }).slice(1);
  waiting += `{"level":"info","timestamp":"${timestamp()}",${COMMON},${rest}\n`;
}

/** Now; lines of one millisecond share its text, which costs as much as the rest of a line. */
function timestamp(): string {
  const now = Date.now();
  if (now !== writtenMs) {
    writtenMs = now;
    written = new Date(now).toISOString();
  }
  return written;
}

function flush(): void {
  if (waiting) stdout.write(waiting);
  waiting = '';
}

/** What lines have in common here. */
export function fields(): Readonly<Fields> {
  return bound.getStore() ?? {};
}

/** Runs the work so that each of its lines has these fields. */
export function withFields<Result>(fields: Fields, work: () => Result): Result {
  return bound.run({ ...bound.getStore(), ...fields }, work);
}

/** Sends every log line, warning and crash to stdout, from here to the end of the process. */
export function configure(level: Level = 'info', format: 'json' | 'text' = 'json'): void {
  log.level = level;
  asText = format === 'text';
  sink = { write: asText ? (line) => stdout.write(readable(line)) : writeInOrder };
  process.removeListener('exit', flush).on('exit', flush);
  process.removeAllListeners('warning').on('warning', (warning) => {
    log.warning({ warning: warning.name }, warning.message);
  });
  process.removeAllListeners('uncaughtException').on('uncaughtException', (exception) => {
    log.critical({ exception }, 'Crashed');
    process.exit(1);
  });
}

function writeInOrder(line: string): void {
  flush();
  stdout.write(line);
}

/** A line for people. */
function readable(line: string): string {
  const {
    timestamp,
    level,
    message,
    service: _,
    version: __,
    ...fields
  } = JSON.parse(line) as Fields;
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${[timestamp, `[${level}]`, message, ...rest].join(' ')}\n`;
}
