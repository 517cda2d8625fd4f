import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { writeCiOutput } from '../../src/cli/ci-output.js';
import { type Outside, realOutside } from '../../src/cli/outside.js';
import type { ResultFile } from '../../src/measure/result.js';
import { commentMarker } from '../../src/report/ci/comment.js';
import { renderStepSummary } from '../../src/report/ci/step-summary.js';
import { quarantined, withLevels, withQuarantine } from '../report/ci/gated-result.js';
import { bareFixture, fixture, HOSTILE, seededFixture } from '../report/fixture.js';
import { TestFolder } from './folder.js';
import { filesWith, Kept } from './memory-outside.js';

const own = new TestFolder();

/** The environment of a step of GitHub Actions, as it was recorded; the folder is the test's. */
function github(): Record<string, string> {
  return {
    ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/queue', GITHUB_RUN_ID: '7301' },
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_WORKSPACE: process.cwd(), GITHUB_STEP_SUMMARY: join(own.path, 'step_summary.md') },
  };
}

function write(results: readonly ResultFile[], env: Record<string, string> = github(), changes: Partial<Outside> = {}) {
  const err = new Kept();
  const out = new Kept();
  writeCiOutput(results, { ...realOutside(), out, err, env, ...changes }, { out: join(own.path, 'reports') });
  expect(out.text).toBe('');
  return err.text;
}

const summary = (): string => readFileSync(join(own.path, 'step_summary.md'), 'utf8');
const comment = (): string => readFileSync(join(own.path, 'reports/comment.md'), 'utf8');

function placed(result: ResultFile = fixture()): ResultFile {
  const place = (kind: 'threshold' | 'invariant', scope: string, expression: string, line: number) => ({ kind, scope, expression, line, column: 5 });
  const places = [place('threshold', 'queue_latency{key:old}', 'p(95) < 5s', 12), place('invariant', 'L-QUIET', 'held', 15)];
  return { ...result, variants: result.variants.map((info) => ({ ...info, places })) };
}

/** So many scenarios, each with a name of its own. */
function many(count: number, make: () => ResultFile = fixture): ResultFile[] {
  const one = make();
  return Array.from({ length: count }, (_, n) => ({ ...one, scenario: { ...one.scenario, name: `story-${n}` } }));
}

describe('annotations', () => {
  it('stand at the line of what was crossed, the failures first, with the command that shows them again', () => {
    const lines = write([placed()]).trimEnd().split('\n');
    expect(lines[0]).toBe(
      '::error file=scenarios/a-story.yaml,line=12,title=a-story%3A threshold failed::leaky: queue_latency{key:old} p(95) < 5s: was 40s, limit 5s, margin −700 %25; fails in 2 of 2 seeds, such as 2. Run again: slotstorm run scenarios/a-story.yaml --seeds 1..2',
    );
    expect(lines[1]).toMatch(/^::error file=scenarios\/a-story\.yaml,line=15,title=a-story%3A invariant failed::leaky: L-QUIET/);
    expect(lines.slice(2).every((line) => line.includes('threshold undecided'))).toBe(true);
  });

  it('are warnings for the level warn, nothing for what is off or in quarantine, a notice for what may leave it', () => {
    expect(new Set(write([withLevels('warn')]).match(/^::\w+/gm))).toEqual(new Set(['::warning']));
    expect(write([withLevels('off')])).not.toContain('::');
    expect(write([withQuarantine(quarantined('used'))])).not.toContain('L-QUIET');
    expect(write([withQuarantine(quarantined('removable', { check: 'S-CAP' }))])).toMatch(
      /^::notice file=.*title=a-story%3A quarantine can go::S-CAP passes, but is quarantined until 2027-01-15 by team-queue: #123 .*Remove its entry\.$/m,
    );
  });

  it('are ten of a type at most: the tenth says how many more there are', () => {
    const lines = write(many(30)).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.slice(0, 9).every((line) => line.includes(' failed::'))).toBe(true);
    expect(lines[9]).toBe('::error title=slotstorm::111 more checks: see the summary of this job');
  });

  it('name no file that lies outside the workspace', () => {
    expect(write([placed()], { ...github(), GITHUB_WORKSPACE: own.path })).toMatch(/^::error title=/);
    const path = relative(process.cwd(), join(own.path, 'x.yaml'));
    const elsewhere = { ...placed(), scenario: { ...fixture().scenario, file: path } };
    expect(write([elsewhere], { ...github(), GITHUB_WORKSPACE: own.path })).toMatch(/^::error file=x\.yaml,line=12,/);
  });

  it('hold one command a line, whatever the names are', () => {
    const hostile = fixture({ scenario: `%0A::add-mask::x, y: ${HOSTILE}`, key: '\n::stop-commands::z\r##[set-env name=PATH]x', variant: HOSTILE });
    const text = write([{ ...hostile, scenario: { ...hostile.scenario, file: 'a,b:c%\n::x.yaml' } }]);
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^::error file=a%2Cb%3Ac%25%0A%3A%3Ax\.yaml,title=[^:,\p{Cc}]*::[^\p{Cc}]*$/u);
    expect(text).not.toContain('##[');
  });

  it('are plain lines elsewhere in CI, and nothing where there is none', () => {
    expect(write([placed()], { CI: 'true', GITLAB_CI: 'true', CI_PROJECT_DIR: process.cwd() }).split('\n')[0]).toMatch(
      /^scenarios\/a-story\.yaml:12: error: a-story: threshold failed: leaky: queue_latency/,
    );
    expect(write([placed()], {})).toBe('');
    expect(write([placed()], { CI: 'false' })).toBe('');
    expect(readdirSync(own.path)).toEqual(['reports']);
  });

  it('never come from a shard: only its merge speaks', () => {
    const shard = { index: 1, of: 2, seeds: [1, 2], rerun: 'slotstorm run a' };
    expect(write([{ ...fixture(), shard }])).toBe('');
    expect(readdirSync(own.path)).toEqual([]);
  });
});

describe('the summary of the job', () => {
  it('is the report of one scenario, and an overview with folded passes of several', () => {
    write([fixture()]);
    expect(summary()).toMatch(/^## ✗ FAIL: a-story\n/);
    write([bareFixture(), fixture()]);
    expect(summary()).toContain('# ✗ 1 failed of 2 scenarios');
    expect(summary()).toMatch(/<details open><summary>fail: a-story<\/summary>.*<details><summary>pass: a-story<\/summary>/s);
  });

  it('is added to what is there, and stops before 900 KB of both together', () => {
    const path = join(own.path, 'step_summary.md');
    realOutside().files.write(path, 'x'.repeat(500_000));
    write(many(400));
    expect(summary().length).toBeGreaterThan(850_000);
    expect(Buffer.byteLength(summary())).toBeLessThanOrEqual(900_100);
    expect(summary()).toMatch(/\n(\d+ scenarios in short, )?\d+ scenarios left out for want of room: the reports hold all\.\n$/);
    expect(summary().match(/<details/g)?.length).toBe(summary().match(/<\/details>/g)?.length);
    expect(write(many(3))).toContain('the summary of the job is full, so nothing was added to it');
  });

  it('begins with its headline however little room there is, then tells in short what the whole has no room for', () => {
    const text = (results: readonly ResultFile[], bytes: number) => renderStepSummary(results, bytes);
    const whole = Buffer.byteLength(text([fixture()], 900_000));
    const short = text([fixture()], whole - 1);
    expect(short).toMatch(/^# ✗ 1 failed of 1 scenario\n\n\*\*a-story\*\*: fail, exit code 98 /);
    expect(short).toContain('| ✗ fail | leaky | L-QUIET |');
    expect(short).toMatch(/\n1 scenario in short for want of room: the reports hold all\.\n$/);
    expect(Buffer.byteLength(short)).toBeLessThan(whole);
    expect(text([fixture()], 300)).toBe('# ✗ 1 failed of 1 scenario\n\n1 scenario left out for want of room: the reports hold all.\n');
    const many10 = text(many(300), 10_000);
    expect(many10).toMatch(/^# ✗ 300 failed of 300 scenarios\n\n\| Verdict /);
    expect(Buffer.byteLength(many10)).toBeLessThanOrEqual(10_000);
  });

  it.each([
    ['a folder that is not there', 'nowhere/step_summary.md', 'no such file or folder'],
    ['a folder in its place', '.', 'it is a folder'],
  ])('that cannot be written fails nothing: %s', (_, path, reason) => {
    expect(write([fixture()], { ...github(), GITHUB_STEP_SUMMARY: join(own.path, path) })).toContain(`the summary of the job could not be written: ${reason}`);
    expect(existsSync(join(own.path, 'reports/comment.md'))).toBe(true);
  });

  it('on a full disk says so, and so does the comment', () => {
    const full = (): never => {
      throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    };
    const text = write([fixture()], github(), { files: filesWith({ append: full, write: full }) });
    expect(text).toContain('slotstorm: the summary of the job could not be written: no space left; the verdict stands');
    expect(text).toContain('slotstorm: the text of the comment could not be written: no space left; the verdict stands');
  });
});

describe('the text of the comment', () => {
  it('begins with its mark, holds failures and the command, and says where the reports are', () => {
    write([fixture()], { ...github(), SLOTSTORM_ARTIFACT: 'my-reports' });
    const lines = comment().split('\n');
    expect(lines.slice(0, 2)).toEqual([commentMarker('my-reports'), '## ✗ 1 failed of 1 scenario']);
    expect(comment()).toContain('| ✗ fail | leaky | L-QUIET |');
    expect(comment()).not.toContain('| ✓ pass | leaky | S-CAP |');
    expect(comment()).toContain('```sh\nslotstorm run scenarios/a-story.yaml --seeds 1..2\n```');
    expect(comment()).toMatch(/Reports: artifact my-reports of \[this run\]\(https:\/\/github\.com\/acme\/queue\/actions\/runs\/7301\)\.\n$/);
    expect(readdirSync(join(own.path, 'reports'))).toEqual(['comment.md']);
  });

  it('has a mark for each job, which no name can end and which stays the same whatever the artifact is called', () => {
    write([fixture()], { ...github(), SLOTSTORM_ARTIFACT: 'reports-attempt-2', SLOTSTORM_COMMENT_NAME: 'ci/gate/0/' });
    expect(comment().split('\n')[0]).toBe('<!-- slotstorm:report ci%2Fgate%2F0%2F -->');
    const marks = ['ci/gate/0/', 'ci/gate/1/', 'ci/nightly/0/', 'a --> b\n\uD800'].map(commentMarker);
    expect(new Set(marks).size).toBe(4);
    for (const mark of marks) expect(mark).toMatch(/^<!-- slotstorm:report [\w%.!~*'()]+ -->$/);
  });

  it('goes where the environment says', () => {
    mkdirSync(join(own.path, 'deep'));
    write([fixture()], { ...github(), SLOTSTORM_COMMENT_FILE: join(own.path, 'deep/er/c.md') });
    expect(readFileSync(join(own.path, 'deep/er/c.md'), 'utf8')).toContain(commentMarker('slotstorm-reports'));
    expect(existsSync(join(own.path, 'reports'))).toBe(false);
  });

  it('stays below 64 KB and says when something was cut', () => {
    write(many(500));
    expect(Buffer.byteLength(comment())).toBeLessThanOrEqual(64_000);
    expect(comment()).toMatch(/⚠ \d+ parts of this comment did not fit and were cut: see the reports\.\n\nReports: artifact slotstorm-reports/);
    write([fixture(), seededFixture(20)]);
    expect(comment()).not.toContain('were cut');
  });

  test.each([
    ['an address with markup', { GITHUB_REPOSITORY: 'a](javascript:alert(1))' }],
    ['an address with a line break', { GITHUB_SERVER_URL: 'https://x\n@everyone' }],
  ])('links to nothing that is no plain address: %s', (_, changes) => {
    write([fixture()], { ...github(), ...changes });
    expect(comment()).not.toContain('this run');
  });

  it('is inert whatever the names are', () => {
    const long = 'x'.repeat(10_000);
    write([fixture({ scenario: HOSTILE, key: `${HOSTILE}${long}`, endpoint: long, account: HOSTILE, variant: HOSTILE })]);
    for (const text of [comment(), summary()]) {
      expect(text.replace(commentMarker('slotstorm-reports'), '').replaceAll('\n', '')).not.toMatch(/<script|<img|@everyone|`tick`|\p{Cc}|\u2028|\u202E/u);
      for (const line of text.split('\n')) expect(line.length).toBeLessThan(6_000);
    }
  });
});
