import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Exit } from './exit-codes.js';

/** What is kept of what k6 writes to standard error, characters. */
const KEPT_TAIL = 4_000;
/** Linux counts CPU in hundredths of a second. */
const MS_PER_TICK = 10;
const LOOK_AT_CPU_EVERY_MS = 250;
/** In k6's own folder, without its path: k6 takes a comma or a "=" in what follows `csv=` for an option of that output. */
const SAMPLES = 'samples.csv';
const CSV_ERROR = /CSV: Error /;

export interface K6Terms {
  readonly bin: string;
  readonly script: string;
  /** An empty folder of its own. */
  readonly folder: string;
  /** Of the run's processes, from 0. */
  readonly number: number;
  readonly processes: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables that say where the script finds what it plays. */
  readonly files: Readonly<Record<string, string>>;
}

/** One run of k6 as a process: what it sends, says and leaves behind. */
export class K6Process {
  /** It is gone, and has written everything. */
  readonly ended: Promise<Exit>;
  private readonly child: ChildProcess;
  /** What it has sampled. Whole after its end only. */
  readonly csv: string;
  /** It has said so itself: samples are missing. */
  couldNotWrite = false;
  private tail = '';
  private wasStopped = false;
  private cpu: number | undefined;

  constructor(terms: K6Terms) {
    this.csv = join(terms.folder, SAMPLES);
    this.child = spawn(resolve(terms.bin), argumentsOf(terms), { cwd: terms.folder, env: environmentOf(terms), stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.tail = (this.tail + text).slice(-KEPT_TAIL);
      this.couldNotWrite ||= CSV_ERROR.test(this.tail);
    });
    const watching = setInterval(() => this.lookAtCpu(), LOOK_AT_CPU_EVERY_MS);
    this.ended = new Promise((end) => {
      this.child.once('error', (error) => {
        this.tail += error.message;
        end({ code: 255, wasStopped: false });
      });
      this.child.once('close', (code) => end({ code, wasStopped: this.wasStopped }));
    });
    void this.ended.then(() => clearInterval(watching));
  }

  /** undefined: it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** User and system, ms, to a quarter of a second; undefined where the system does not tell. */
  get cpuMs(): number | undefined {
    return this.cpu;
  }

  /** The last of its complaints in one line; '' when it had none. */
  get complaint(): string {
    const lines = this.tail.split('\n').filter((line) => /level=(?:error|fatal)/.test(line) || (line !== '' && !line.includes('level=')));
    return messageOf(lines.at(-1) ?? '');
  }

  /** The run is over: k6 ends its iterations where they stand. */
  stop(): void {
    this.wasStopped = true;
    this.child.kill('SIGINT');
  }

  kill(): void {
    this.wasStopped = true;
    this.child.kill('SIGKILL');
  }

  /** A process that is gone has no entry any more, so its figure is the last that was seen. */
  private lookAtCpu(): void {
    if (process.platform !== 'linux' || this.child.pid === undefined) return;
    try {
      const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
      // The name in brackets may hold anything; user and system time are the 12th and 13th field after it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      this.cpu = (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
    } catch {
      // It has just ended.
    }
  }
}

function argumentsOf({ script, number, processes }: K6Terms): string[] {
  const segment =
    processes === 1 ? [] : ['--execution-segment', `${number}/${processes}:${number + 1}/${processes}`, '--execution-segment-sequence', sequenceOf(processes)];
  return ['run', '--quiet', '--no-color', '--system-tags', 'name,scenario', '--summary-mode', 'disabled', '--out', `csv=${SAMPLES}`, ...segment, script];
}

/** `0,1/3,2/3,1` */
function sequenceOf(processes: number): string {
  const inner = Array.from({ length: processes - 1 }, (_, number) => `${number + 1}/${processes}`);
  return ['0', ...inner, '1'].join(',');
}

/** What a program needs to run here. Nothing else is handed on: keys of others have no business there, and `K6_…` would change the load. */
const HANDED_ON = /^(?:PATH|TMPDIR|TEMP|TMP|LANG|TZ|SYSTEMROOT|GO(?:GC|MAXPROCS|MEMLIMIT)|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)$/;

/** Quiet and local. Its home is empty, so that no configuration of its user's changes the load. */
function environmentOf({ env, folder, files }: K6Terms): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => HANDED_ON.test(name)));
  return {
    ...own,
    ...files,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_CSV_TIME_FORMAT: 'unix_micro',
  };
}

/** k6 logs `time=… level=error msg="…"`. */
function messageOf(line: string): string {
  const [, quoted] = /msg="((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
  const text = quoted === undefined ? line : quoted.replaceAll('\\n', ' ').replaceAll('\\t', '').replaceAll('\\"', '"');
  return text.trim().slice(0, 500);
}
