import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './folder.js';
import { type Ran, slotstorm } from './memory-outside.js';

const folder = new TestFolder();

const ROWS = Array.from({ length: 40 }, (_, n) => [`2024-11-15 09:${String(n).padStart(2, '0')}:00`, `${1 + (n % 3)}`]);
const TABLE = ['at,seconds', ...ROWS.map((row) => row.join(','))].join('\n');
const COLUMNS = ['--arrival-column', 'at', '--service-column', 'seconds'];

function brought(name: string, bytes: Uint8Array | string): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

/** Everybody who reads recordings says the same of it. */
async function refusal(path: string): Promise<string> {
  const scenario = folder.file(
    'replay.yaml',
    `name: replay\nplatform: { endpoints: [{ id: e, service: 1s }], accounts: [{ id: a, limit: 2, keys: [k] }] }\nworkload:\n  - { as: a/k, endpoint: e, call: submit, arrivals: { trace: ${JSON.stringify(path)}, columns: { arrival: at, service: seconds } } }\n`,
  );
  const out = join(folder.path, 'reports');
  const said = new Set<string>();
  for (const words of [
    ['plan', '--trace', path, ...COLUMNS, '--slo', 'p(95)<2s', '--out', out],
    ['fit', path, ...COLUMNS],
    ['fit', path],
    ['run', scenario, '--out', out],
  ]) {
    const ran: Ran = await slotstorm(words);
    expect(ran.code, ran.err).toBe(104);
    expect(ran.err).not.toMatch(/ {4}at |internal error/);
    said.add(ran.err.split('\n').find((line) => line.includes('trace ')) ?? ran.err);
  }
  expect([...said]).toHaveLength(1);
  return [...said][0] as string;
}

describe('a file that is no recording', () => {
  it.each([
    ['compressed', 'requests.csv.gz', gzipSync(TABLE), 'got a file compressed with gzip: gunzip -c FILE > requests.csv'],
    ['as UTF-16', 'requests.csv', Buffer.from(`\uFEFF${TABLE}`, 'utf16le'), 'got UTF-16: iconv -f UTF-16LE -t UTF-8 FILE > requests.csv'],
    ['with an error page', 'requests.csv', '<!doctype html><title>502</title>', 'got a web page (HTML)'],
    ['as one JSON array', 'requests.jsonl', '[{"at": 1}]', "got a JSON array: jq -c '.[]' FILE > requests.ndjson"],
    ['of zeros', 'requests.csv', new Uint8Array(5000), 'line 1: expected text, got a NUL byte'],
  ])('%s is refused in words, whoever reads it', async (_, name, bytes, message) => {
    expect(await refusal(brought(name, bytes))).toContain(message);
  });

  it('shows nothing of itself that a terminal would obey', async () => {
    const { code, err } = await slotstorm(['fit', brought('requests.csv', `\u001B]0,owned\u0007\u202E${'x'.repeat(5_000)},\u009B2J\n1;2\n`), ...COLUMNS]);
    expect(code).toBe(104);
    expect(err).toContain('expected a column "at", but the header has: "\\u001b]0", "owned\\u0007');
    expect(err.trimEnd()).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(err.length).toBeLessThan(500);
  });
});

describe('a recording of a spreadsheet in another country', () => {
  it('is fitted as the same table with commas is', async () => {
    const [commas, semicolons] = [brought('one.csv', TABLE), brought('two.csv', `\uFEFF${TABLE.replaceAll(',', ';').replaceAll('\n', '\r\n')}`)];
    const [one, two] = await Promise.all([commas, semicolons].map((path) => slotstorm(['fit', path, ...COLUMNS, '--json'])));
    expect(two?.code).toBe(0);
    expect(two?.out.replaceAll('two.csv', 'one.csv')).toBe(one?.out);
  });

  it('with decimal commas plans nothing, for mostly whole numbers would be left', async () => {
    const path = brought('requests.csv', `at;seconds\n0;1\n1;2,5\n2;3\n`);
    const { code, err, out } = await slotstorm(['plan', '--trace', path, ...COLUMNS, '--slo', 'p(95)<2s', '--out', join(folder.path, 'reports')]);
    expect({ code, out }).toEqual({ code: 104, out: '' });
    expect(err).toContain('line 3: "seconds" has a comma in its number, got "2,5". Expected a point before the decimals');
  });
});
