/** Which operations there are, and what a request gets that is none of them. */
import { features } from './discovery.ts';
import type { Operation } from './operation.ts';
import { operations as probes } from './probes.ts';
import { Problem } from './problems.ts';

/** The operations of the probes and of every feature. */
export async function described(): Promise<Operation[]> {
  const found = await features<Record<string, Operation>>('operations');
  return [...probes, ...found.flatMap((module) => Object.values(module))];
}

/** What a path gets that has no route: 405 with the right methods, or 404. */
export function noRoute(operations: readonly Operation[], url: string): Problem {
  const path = url.split('?', 1)[0] ?? '';
  const found = operations.filter((operation) => expression(operation.url).test(path));
  const methods = [...new Set(found.map((operation) => operation.method))].sort();
  return methods.length > 0
    ? new Problem(405, undefined, { Allow: methods.join(', ') })
    : new Problem(404);
}

function expression(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
