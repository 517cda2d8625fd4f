// Writes scenarios/scenario.schema.json from the schema in src/scenario. A test holds the file against it.
import { writeFile } from 'node:fs/promises';
import { scenarioJsonSchema } from '../dist/scenario/schema.js';

await writeFile(new URL('../scenarios/scenario.schema.json', import.meta.url), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
