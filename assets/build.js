// Builds the scripts and styles into editorial/static/dist, each under a name with its content's hash, and writes
// manifest.json: plain name → hashed name.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const out = path.join(here, '..', 'editorial', 'static', 'dist');
await mkdir(out, { recursive: true });

const result = await build({
  entryPoints: ['js/app.js', 'js/editor.js', 'css/app.css'].map((name) => path.join(here, name)),
  bundle: true,
  minify: true,
  sourcemap: true,
  sourcesContent: true,
  metafile: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  legalComments: 'none',
  entryNames: '[name].[hash]',
  outdir: out,
  logLevel: 'warning',
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint) manifest[path.basename(entryPoint)] = path.basename(file);
}
const emblem = await readFile(path.join(here, 'emblem.svg'));
manifest['emblem.svg'] = `emblem.${createHash('sha256').update(emblem).digest('hex').slice(0, 8).toUpperCase()}.svg`;
await writeFile(path.join(out, manifest['emblem.svg']), emblem);

// The manifest changes last and at once, so that a running server never names a file that is not there.
await writeFile(path.join(out, 'manifest.json.new'), `${JSON.stringify(manifest, null, 2)}\n`);
await rename(path.join(out, 'manifest.json.new'), path.join(out, 'manifest.json'));
// Servers that are running, and pages that are open, go on with the files of earlier builds for a day.
const DAY = 24 * 3600 * 1000;
const current = new Set(Object.values(manifest).flatMap((name) => [name, `${name}.map`]));
for (const name of await readdir(out)) {
  if (!/\.[0-9A-Z]{8}\.(js|css|svg)(\.map)?$/.test(name) || current.has(name)) continue;
  const file = path.join(out, name);
  if (Date.now() - (await stat(file)).mtimeMs > DAY) await rm(file);
}
