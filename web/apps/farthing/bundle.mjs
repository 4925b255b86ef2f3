// Makes dist/: a folder of files that any server can serve, and that asks nobody else for anything.

import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
mkdirSync(here('dist'), { recursive: true });
cpSync(here('static'), here('dist'), { recursive: true });
await build({
  entryPoints: [here('src/main.ts')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  outfile: here('dist/app.js'),
  logLevel: 'warning',
});
