// The last steps of `npm run build`, behind tsc: the program and what it forks as a few bundled files, and the shipped suites
// as they were read. Hundreds of small modules, loaded by the command and again by each thread and process that it starts,
// took longer than most of what they do.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transformWithOxc } from 'vite';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** Name of a bundled file -> what it starts with. */
const entries = {
  main: 'cli/main.js',
  'template-thread': 'engines/template-thread.js',
  'native-template': 'engines/native-template.js',
  worker: 'engines/worker.js',
  contained: 'engines/containment/contained.js',
};

/** Packages with native parts, optional ones, and those that look for their own files. */
const loaded = ['node-llama-cpp', '@photostructure/sqlite', '@huggingface/hub', 'koffi', 'pg', 'pg-boss'];

/**
 * The templates' library makes a value for each text and number that a template touches. With their fields set by the
 * constructor that takes V8 half as long as with fields that are defined.
 */
const fieldsSet = {
  name: 'fields-set',
  transform(code, id) {
    if (!id.includes('/@huggingface/jinja/')) return null;
    return transformWithOxc(code, id, { target: 'es2021', assumptions: { setPublicClassFields: true } });
  },
};

await build({
  configFile: false,
  logLevel: 'warn',
  plugins: [fieldsSet],
  ssr: { noExternal: true, external: loaded },
  build: {
    ssr: true,
    outDir: join(dist, 'program'),
    target: 'node20',
    minify: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(dist, path)])),
      // A library's class is told by its name.
      output: { entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js', keepNames: true },
    },
  },
});

// Those of the last build are not to be taken for what is read now.
rmSync(join(dist, 'suites'), { recursive: true, force: true });
const { openSuite } = await import('../dist/app/compare/suites.js');
mkdirSync(join(dist, 'suites'), { recursive: true });
for (const file of readdirSync(fileURLToPath(new URL('../suites', import.meta.url)))) {
  const name = /^([a-z-]+)\.yaml$/.exec(file)?.[1];
  if (name !== undefined) writeFileSync(join(dist, 'suites', `${name}.json`), JSON.stringify(openSuite(name)));
}

writeFileSync(join(dist, '.built'), '');
