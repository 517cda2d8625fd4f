// Prints the registries into docs/. A test holds the files against them.
import { writeFile } from 'node:fs/promises';
import { registryPages } from '../dist/registry-pages.js';

for (const [name, text] of Object.entries(registryPages())) await writeFile(new URL(`../docs/${name}`, import.meta.url), text);
await import('./write-zoo.mjs');
