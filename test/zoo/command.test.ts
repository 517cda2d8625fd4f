import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TestFolder } from '../cli/folder.js';
import { slotstorm } from '../cli/memory-outside.js';

const folder = new TestFolder();
const ENTRY = readFileSync('scenarios/zoo/key-revoked.yaml', 'utf8');

it('every entry is an ordinary scenario that passes its own gate', async () => {
  const ran = await slotstorm(['run', 'scenarios/zoo', 'scenarios/zoo/healthy', '--quiet', '--reporter', 'terminal']);
  expect(ran.out.split('\n').filter((line) => !line.startsWith('pass '))).toEqual(['']);
  expect(ran.code).toBe(0);
});

describe('slotstorm zoo', () => {
  it('runs the named entries, prints the matrix and writes the page and the data', async () => {
    const ran = await slotstorm(['zoo', 'key-revoked', 'check-then-act', '--seeds', '5', '--out', folder.path]);
    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/✓ key-revoked +F1a +5\/5 /);
    expect(ran.out).toMatch(/✓ check-then-act +F12 +5\/5 /);
    expect(ran.out).toContain(`report:    ${folder.path}/zoo/zoo.html`);
    expect(readdirSync(`${folder.path}/zoo`).sort()).toEqual(['zoo.html', 'zoo.json']);
    expect(readFileSync(`${folder.path}/zoo/zoo.html`, 'utf8')).toContain('npx slotstorm zoo key-revoked check-then-act --seeds 5');
  });

  it('prints nothing but data with --json, and the same with any number of threads', async () => {
    const [alone, shared] = await Promise.all(
      ['1', '2'].map((workers) => slotstorm(['zoo', 'key-revoked', '--seeds', '300', '--workers', workers, '--json', '--reporter', 'none'])),
    );
    expect(JSON.parse(alone?.out ?? '')).toMatchObject({ verdict: 'pass', exitCode: 0, rows: [{ entry: { name: 'key-revoked' }, seeds: 300 }] });
    expect(shared?.out).toBe(alone?.out);
  });

  it('says in one line how it came out with --quiet', async () => {
    const ran = await slotstorm(['zoo', 'key-revoked', '--seeds', '2', '--quiet', '--reporter', 'terminal']);
    expect(ran.out).toBe('pass zoo (exit code 0)\n');
  });

  it('ends with 98 when a decisive checker has missed', async () => {
    const text = ENTRY.replace('decisive: S-ORPH', 'decisive: S-CAP').replace('S-ORPH: violated,', 'S-ORPH: violated, S-CAP: violated,');
    const ran = await slotstorm(['zoo', folder.file('blind.yaml', text), '--seeds', '2', '--reporter', 'terminal']);
    expect(ran.code).toBe(98);
    expect(ran.out).toContain('missed in 2 seeds, such as 1: S-CAP kept silent');
  });

  it('ends with 98 when the cured platform is not clean', async () => {
    const text = ENTRY.replace('onRevoke: drain', 'onRevoke: strand');
    const ran = await slotstorm(['zoo', folder.file('uncured.yaml', text), '--seeds', '2', '--reporter', 'terminal']);
    expect(ran.code).toBe(98);
    expect(ran.out).toContain('cured is not clean in 2 seeds, such as 1: S-ORPH: violated');
  });

  it('ends with 96 when the fault found no victim in any seed', async () => {
    const text = ENTRY.replace('{ at: 1s, do: revoke-key', '{ at: 60s, do: revoke-key');
    const ran = await slotstorm(['zoo', folder.file('nobody.yaml', text), '--seeds', '2', '--reporter', 'terminal']);
    expect(ran.code).toBe(96);
    expect(ran.out).toContain('the fault found no victim in 2 seeds');
  });

  it.each([
    ['a name that no entry has', ['zoo', 'key-revoced'], /expected the name of an entry, a file or a folder, got "key-revoced"; did you mean "key-revoked"\?/],
    ['a scenario that is no entry', ['zoo', 'scenarios/burst-submission.yaml'], /scenarios\/burst-submission.yaml:.* expected an entry of the zoo/],
    ['a number of seeds that is none', ['zoo', '--seeds', '0'], /--seeds: expected a whole number from 1 up to 100000, got/],
    ['a reporter that there is not', ['zoo', '--reporter', 'junit'], /--reporter: expected terminal, html, json, none, got "junit"/],
  ])('refuses %s with 104', async (_what, argv, complaint) => {
    const ran = await slotstorm(argv);
    expect(ran.code).toBe(104);
    expect(ran.err).toMatch(complaint);
    expect(ran.out).toBe('');
  });

  it('leaves nothing behind when the user interrupts', async () => {
    const ran = await slotstorm(['zoo', 'key-revoked', '--seeds', '5', '--out', folder.path], {
      onInterrupt: (listener) => {
        listener();
        return () => undefined;
      },
    });
    expect(ran.code).toBe(105);
    expect(existsSync(`${folder.path}/zoo`)).toBe(false);
  });
});
