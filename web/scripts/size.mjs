// How large a piece of code is for a page: bundled, minified and compressed, as a server would send it.

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Returns the size, in bytes, of a module with these contents, resolved from a folder, without what is a file of its own. */
export async function sizeOf(contents, resolveDir, external = []) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external,
    write: false,
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
