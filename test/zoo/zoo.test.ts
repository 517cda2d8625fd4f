import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { INVARIANT_IDS } from '../../src/measure/invariants/registry.js';
import { FAULT_CLASSES } from '../../src/scenario/schema/zoo.js';
import { MEASURED, type Measured, ZOO_SEEDS, zooDocument } from '../../src/zoo-document.js';
import { seedsUpTo, studyZoo, type ZooFile } from '../../src/zoo-study.js';

const FOLDER = 'scenarios/zoo';

const files: ZooFile[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => ({ path: `${FOLDER}/${name}`, text: readFileSync(`${FOLDER}/${name}`, 'utf8') }));
const matrix = studyZoo(files, seedsUpTo(ZOO_SEEDS));
const rows = matrix.rows.map((row) => [row.entry.name, row] as const);

describe('the zoo', () => {
  it('has an entry for every class of fault', () => {
    const covered = new Set(matrix.rows.map((row) => row.entry.faultClass));
    expect(Object.keys(FAULT_CLASSES).filter((name) => !covered.has(name as keyof typeof FAULT_CLASSES))).toEqual([]);
    expect(matrix.rows.length).toBeGreaterThanOrEqual(28);
  });

  it('stands in the order of the classes', () => {
    const order = Object.keys(FAULT_CLASSES);
    const places = matrix.rows.map((row) => order.indexOf(row.entry.faultClass));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it('makes every checker speak somewhere: one that never does has not been tested', () => {
    expect(INVARIANT_IDS.filter((id) => matrix.rows.every((row) => row.fired[id] === 0))).toEqual([]);
  });

  test.each(files.map(({ path, text }) => [path, text]))('%s tells its story first and is named as its file', (path, text) => {
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/scenario\.schema\.json\n#\n# F\d/);
    expect(text).toContain('# What to expect\n#   broken ');
    expect(text).toContain(`\nname: ${path.slice(FOLDER.length + 1, -'.yaml'.length)}\n`);
  });
});

describe.each(rows)('%s', (_name, row) => {
  it('finds a victim', () => {
    expect(row.victims).toBeGreaterThan(0);
  });

  it('is detected by its decisive checker in every seed with a victim', () => {
    expect(row.missed).toEqual([]);
  });

  it('shows the figures that it promises', () => {
    expect(row.unlike).toEqual([]);
  });

  it('is cured by its switch in every seed', () => {
    expect(row.alarms).toEqual([]);
  });
});

it('docs/zoo.md agrees with the files and with what the checkers say', () => {
  const kept = Object.entries(MEASURED).filter(([, path]) => existsSync(path));
  const measured = Object.fromEntries(kept.map(([name, path]) => [name, JSON.parse(readFileSync(path, 'utf8')) as unknown]));
  expect(readFileSync('docs/zoo.md', 'utf8')).toBe(zooDocument(matrix, measured as unknown as Measured));
});
