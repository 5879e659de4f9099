/** The entry point: `node dist/main.js VERB`. */
import { run } from './cli.ts';

process.exit(await run(process.argv.slice(2), process.env));
