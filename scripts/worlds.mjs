// The scripted worlds of the tests, for scripts: test/worlds without its types, on the built program in dist/.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformWithOxc } from 'vite';

/**
 * What a module of test/worlds exports.
 * @param name of the module: `scripted`, `trials`
 * @param root of a checkout that is built
 */
export async function world(name, root = join(dirname(fileURLToPath(import.meta.url)), '..')) {
  const folder = join(root, '.cache/worlds');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(join(root, 'test/worlds'))) {
    const source = readFileSync(join(root, 'test/worlds', file), 'utf8');
    const { code } = await transformWithOxc(source, file, { sourcemap: false });
    const onBuilt = code.replace(/(from "\.\.?\/[^"]*)\.ts"/g, '$1.js"').replaceAll('"../../src/', '"../../dist/');
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), onBuilt);
  }
  return import(pathToFileURL(join(folder, `${name}.js`)).href);
}
