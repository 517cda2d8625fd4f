// Runs every entry of the zoo over 50 seeds and prints docs/zoo.md. A test holds the page against the same runs.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { MEASURED, ZOO_SEEDS, zooDocument } from '../dist/zoo-document.js';
import { seedsUpTo, studyZoo } from '../dist/zoo-study.js';

const root = new URL('../', import.meta.url);
const folder = 'scenarios/zoo';
const names = (await readdir(new URL(folder, root))).filter((name) => name.endsWith('.yaml')).sort();
const read = (path) => readFile(new URL(path, root), 'utf8');
const files = await Promise.all(names.map(async (name) => ({ path: `${folder}/${name}`, text: await read(`${folder}/${name}`) })));
const measured = {};
for (const [name, path] of Object.entries(MEASURED)) if (existsSync(new URL(path, root))) measured[name] = JSON.parse(await read(path));
await writeFile(new URL('docs/zoo.md', root), zooDocument(studyZoo(files, seedsUpTo(ZOO_SEEDS)), measured));
