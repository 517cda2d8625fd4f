import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { registryPages } from '../src/registry-pages.js';
import { scenarioJsonSchema } from '../src/scenario/schema.js';
import { VERSION } from '../src/version.js';

const SRC = 'src';

/** Who may import whom. Files directly in src put the rooms together and may import all but the command line. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  scenario: ['core'],
  protocol: ['core'],
  measure: ['core'],
  sim: ['core', 'scenario'],
  zoo: ['core', 'scenario', 'measure'],
  results: ['core', 'measure'],
  report: ['core', 'measure', 'zoo', 'replay', 'results'],
  history: ['core', 'sim'],
  replay: ['core', 'measure', 'history'],
  fuzz: ['core', 'scenario', 'measure', 'sim', 'history', 'replications', '(top)'],
  minimal: ['core', 'scenario', 'measure', 'sim', 'history', 'replay', 'fuzz', '(top)'],
  replications: ['core', 'scenario', 'measure', 'sim', 'history', '(top)'],
  live: ['core', 'protocol', 'scenario', 'measure', 'sim', 'history', 'report', '(top)'],
  load: ['core', 'protocol', 'scenario', 'measure', 'sim'],
  'live-run': ['core', 'protocol', 'scenario', 'measure', 'sim', 'history', 'live', 'load', '(top)'],
  plan: ['core', 'scenario', 'measure', 'sim', '(top)'],
  fit: ['core', 'scenario', 'measure', 'sim'],
  score: ['core', 'scenario', 'measure', 'sim', 'protocol', 'load', '(top)'],
  playground: ['core', 'scenario', 'measure', 'sim', 'plan', 'report', '(top)'],
  workers: ['core', 'scenario', 'measure', 'sim', 'plan', '(top)'],
  cli: [
    'core',
    'scenario',
    'measure',
    'sim',
    'report',
    'history',
    'replay',
    'replications',
    'fuzz',
    'zoo',
    'live',
    'load',
    'live-run',
    'results',
    'minimal',
    'plan',
    'fit',
    'score',
    'workers',
    'protocol',
    'playground',
    '(top)',
  ],
  '(top)': ['core', 'scenario', 'measure', 'sim', 'report', 'history', 'zoo', 'live'],
};

const files = walk(SRC).filter((file) => /\.tsx?$/.test(file));

describe('the rooms', () => {
  test.each(files)('%s imports only from rooms that its own may import', (file) => {
    const room = roomOf(file);
    const allowed = ROOMS[room];
    expect(allowed, `${file} lies in a room that test/tidy.test.ts does not know`).toBeDefined();
    for (const imported of importsOf(file)) {
      if (!imported.startsWith('.')) continue;
      const target = roomOf(join(file, '..', imported));
      if (target !== room) expect(allowed, `${file} imports ${imported}`).toContain(target);
    }
  });

  it('knows every folder of src', () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).filter((name) => ROOMS[name] === undefined)).toEqual([]);
  });
});

describe('the core and the wire format know no clock, no chance, no I/O and no promises', () => {
  const FORBIDDEN = [
    /\bDate\b/,
    /Math\.random/,
    /\bset(Timeout|Interval|Immediate)\b/,
    /\basync\b/,
    /\bawait\b/,
    /\bPromise\b/,
    /\bperformance\b/,
    /\bprocess\b/,
    /from '(?!\.)/,
    /import\(/,
  ];
  test.each(files.filter((file) => ['core', 'protocol'].includes(roomOf(file))))('%s', (file) => {
    const code = withoutComments(readFileSync(file, 'utf8'));
    for (const word of FORBIDDEN) expect(code).not.toMatch(word);
  });
});

describe('numbers are the same on all Node lines', () => {
  const EXACT_ROOMS = ['core', 'scenario', 'sim', 'measure'];
  test.each(files.filter((file) => EXACT_ROOMS.includes(roomOf(file))))('%s takes no power of anything but 2', (file) => {
    const code = withoutComments(readFileSync(file, 'utf8'));
    expect(code).not.toMatch(/Math\.pow/);
    for (const [power, base] of code.matchAll(/([\w.)\]]+)\s*\*\*/g)) expect(base, power).toBe('2');
  });
});

describe('what is printed from the code agrees with it', () => {
  it('scenarios/scenario.schema.json is the schema that scenarios are checked with', () => {
    expect(JSON.parse(readFileSync('scenarios/scenario.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });

  test.each(Object.entries(registryPages()))('docs/%s is printed from its table', (name, text) => {
    expect(readFileSync(`docs/${name}`, 'utf8')).toBe(text);
  });

  it('the version is that of package.json', () => {
    expect(VERSION).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });
});

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function roomOf(file: string): string {
  const parts = relative(SRC, file).split('/');
  return parts.length === 1 ? '(top)' : (parts[0] as string);
}

function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  return [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, path]) => path as string);
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}
