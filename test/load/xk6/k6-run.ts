import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Emulator } from '../../../src/live/emulator.js';

export const EXTENDED_K6 = resolve(process.env['K6_SLOTSTORM_BIN'] ?? '.cache/bin/k6-slotstorm');
export const isBuilt = existsSync(EXTENDED_K6);
const PATIENCE_MS = 60_000;

/** A metric of `--summary-export`: which members it has depends on its type. */
export type SummaryMetric = Readonly<Record<string, number>>;

/** What a k6 with the extension left behind. */
export class K6Run {
  constructor(
    /** k6's own exit code. */
    readonly code: number | null,
    readonly output: string,
    private readonly metrics: Readonly<Record<string, SummaryMetric>>,
    /** Lines of the CSV as objects. */
    readonly samples: readonly Readonly<Record<string, string>>[],
  ) {}

  /** A member of a metric; 0 for a metric without samples. */
  metric(name: string, member: string): number {
    return this.metrics[name]?.[member] ?? 0;
  }

  count(name: string): number {
    return this.metric(name, 'count');
  }

  /** Values of a metric's samples whose tags hold these. */
  values(name: string, tags: Readonly<Record<string, string>> = {}): number[] {
    return this.samples
      .filter((row) => row['metric_name'] === name && Object.entries(tags).every(([tag, value]) => extraTags(row).get(tag) === value))
      .map((row) => Number(row['metric_value']));
  }
}

function extraTags(row: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams(row['extra_tags'] ?? '');
}

/** Runs a script; keys reach k6 by its environment only. */
export async function runK6(script: string, variables: Readonly<Record<string, string>>): Promise<K6Run> {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-xk6-'));
  try {
    const summary = join(folder, 'summary.json');
    const csv = join(folder, 'samples.csv');
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      K6_NO_USAGE_REPORT: 'true',
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
      K6_CSV_TIME_FORMAT: 'unix_micro',
      K6_SYSTEM_TAGS: 'status,name,scenario',
      ...variables,
    };
    const args = ['run', '--quiet', '--no-color', '--summary-export', summary, '--out', `csv=${csv}`, resolve(script)];
    const { code, output } = await watch(args, env);
    return new K6Run(code, output, metricsIn(summary), existsSync(csv) ? rowsOf(readFileSync(csv, 'utf8')) : []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Variables of scenarios/k6/extension.ts for an emulator with the account `acme` and its keys `old` and `new`. */
export function variablesFor(emulator: Emulator, speed: number): Record<string, string> {
  return {
    FAL_URL: emulator.url,
    SPEED: String(speed),
    FAL_KEY: emulator.credentials('acme/old'),
    OTHER_KEY: emulator.credentials('acme/new'),
    OPERATOR_KEY: emulator.operatorCredentials,
  };
}

/** A script that cannot be initialised leaves no summary. */
function metricsIn(file: string): Record<string, SummaryMetric> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { metrics: Record<string, SummaryMetric> }).metrics : {};
}

function watch(args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  return new Promise((done, fail) => {
    const k6 = spawn(EXTENDED_K6, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
    let output = '';
    k6.stdout.on('data', (text: Buffer) => (output += text.toString()));
    k6.stderr.on('data', (text: Buffer) => (output += text.toString()));
    k6.on('error', fail);
    k6.on('close', (code) => done({ code, output }));
  });
}

/** Our columns hold no quotes and no commas. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, n) => [names[n] ?? '', value])));
}
