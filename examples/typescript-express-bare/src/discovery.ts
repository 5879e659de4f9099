/** Finds the parts of the service by where they stand, so that nothing keeps a list of them. */
import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';

/** `.ts` where the sources run, `.js` where they have been compiled. */
const SUFFIX = extname(import.meta.url);

/** Names of the modules in a folder of the service (such as `commands`), sorted. */
export function names(folder: string): string[] {
  const entries = existsSync(at(folder)) ? readdirSync(at(folder)) : [];
  return entries
    .filter((entry) => entry.endsWith(SUFFIX) && !entry.endsWith('.d.ts'))
    .map((entry) => entry.slice(0, -SUFFIX.length))
    .filter((name) => name !== 'index')
    .sort();
}

/** Every module of a folder (such as `adapters`), by name. */
export async function modules<Module>(folder: string): Promise<Module[]> {
  return inOrder(names(folder).map((name) => `${folder}/${name}`));
}

/** The module `part` (such as `routes`) of every feature folder that has one, by name. */
export async function features<Module>(part: string): Promise<Module[]> {
  const folders = readdirSync(at('.'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const paths = folders.map((folder) => `${folder.name}/${part}`).sort();
  return inOrder(paths.filter((path) => existsSync(at(path + SUFFIX))));
}

async function inOrder<Module>(paths: string[]): Promise<Module[]> {
  const found: Module[] = [];
  for (const path of paths) {
    found.push((await import(at(path + SUFFIX).href)) as Module);
  }
  return found;
}

function at(path: string): URL {
  return new URL(path, import.meta.url);
}
