import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, cpus, hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GrowingFile, GzipFile } from './gzip-file.js';

/** A stream that text goes to. */
export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** Everything outside the process, so that the whole command line can run in memory in a test. Only this room touches it. */
export interface Outside {
  /** Without the program and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
  readonly files: Files;
  readonly machine: { readonly host: string; readonly platform: string; readonly node: string; readonly cpu?: string | undefined };
  /** How many threads this machine runs at once. */
  readonly parallelism: number;
  /** Path of the script that worker threads run. */
  readonly workerScript: string;
  /** Path of the script that threads of `worker` run. */
  readonly pointScript: string;
  /** Path of the script that load processes run. */
  readonly loadScript: string;
  /** Path of the script that threads of `fuzz` run. */
  readonly fuzzScript: string;
  now(): Date;
  /** ms on a clock that never goes backwards. */
  monotonicMs(): number;
  /** Lets timers, signals and the terminal have their turn. */
  breathe(): Promise<void>;
  /** Runs git in the current folder. @returns what it printed; undefined where there is no git, no repository, or it failed */
  git(words: readonly string[]): string | undefined;
  /** Opens a file or an address in the user's browser, if there is one. */
  open(target: string): void;
  /** Calls `listener` when the user interrupts. @returns a function that stops listening */
  onInterrupt(listener: () => void): () => void;
}

export interface Files {
  /** The current folder: what paths are relative to. */
  readonly currentFolder: string;
  /** Where this package lies: a clone, or node_modules/slotstorm. */
  readonly packageFolder: string;
  readText(path: string): string;
  /** The text in chunks, without holding all of it. */
  readChunks(path: string): Iterable<string>;
  isFile(path: string): boolean;
  isDirectory(path: string): boolean;
  /** Whether something is there that is neither a file nor a folder itself: a pipe, a device, a link to anything. */
  isSpecial(path: string): boolean;
  /** Of what is there: its path without links. */
  realPath(path: string): string;
  /** When it was last written; 0: nobody can say. */
  modifiedMs(path: string): number;
  list(path: string): readonly { readonly name: string; readonly isDirectory: boolean }[];
  write(path: string, content: string | Uint8Array): void;
  /** Adds a text at the end, creating the file if need be. */
  append(path: string, text: string): void;
  /** Writes a text that is longer than a string can be. */
  writePieces(path: string, pieces: Iterable<string>): void;
  /** Opens a file that is compressed (gzip) while it is written. */
  compress(path: string): GrowingFile;
  makeDirectory(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

export function realOutside(): Outside {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    out: realOutput(process.stdout),
    err: realOutput(process.stderr),
    files: realFiles,
    machine: { host: hostname(), platform: `${process.platform} ${process.arch}`, node: process.version, cpu: cpus()[0]?.model.trim() },
    parallelism: availableParallelism(),
    // Beside the compiled code: the build puts it there.
    workerScript: fileURLToPath(new URL('./replication-worker.js', import.meta.url)),
    pointScript: fileURLToPath(new URL('./worker/point-thread.js', import.meta.url)),
    loadScript: fileURLToPath(new URL('./load-process.js', import.meta.url)),
    fuzzScript: fileURLToPath(new URL('./fuzz-worker.js', import.meta.url)),
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    git: (words) => {
      try {
        return execFileSync('git', [...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: MOST_GIT_BYTES, timeout: GIT_MS });
      } catch {
        return undefined;
      }
    },
    open: (target) => {
      const [program, words] = OPENERS[process.platform] ?? ['xdg-open', []];
      // No browser is no failure: the path has been printed.
      spawn(program, [...words, target], { stdio: 'ignore', detached: true })
        .on('error', () => {})
        .unref();
    },
    onInterrupt: (listener) => {
      for (const signal of INTERRUPTS) process.on(signal, listener);
      return () => {
        for (const signal of INTERRUPTS) process.off(signal, listener);
      };
    },
  };
}

const MOST_GIT_BYTES = 256 * 1024 * 1024;
const GIT_MS = 20_000;
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, readonly string[]]>>> = {
  darwin: ['open', []],
  win32: ['cmd', ['/c', 'start', '']],
};

/** Ctrl-C, a supervisor, a terminal that is closed. */
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whoever reads (`| head`) may have gone; the run and its exit code matter all the same. */
function forgiveClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function realOutput(stream: NodeJS.WriteStream): Output {
  if (!stream.listeners('error').includes(forgiveClosedPipe)) stream.on('error', forgiveClosedPipe);
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 100,
    write: (text) => {
      stream.write(text);
    },
  };
}

/** One level at a time: `recursive` never returns where a virtual file system answers ENOENT for what exists. */
function makeDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  // Some lines of Node say so themselves, others speak of a file that is in the way.
  if (found !== undefined) throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  mkdirSync(path);
}

const CHUNK_BYTES = 256 * 1024;

/** The nearest folder above that is a package, wherever this file has been compiled or bundled to. */
function packageFolderAbove(folder: string): string {
  const parent = dirname(folder);
  return parent === folder || statSync(join(folder, 'package.json'), { throwIfNoEntry: false })?.isFile() === true ? folder : packageFolderAbove(parent);
}

const realFiles: Files = {
  get currentFolder() {
    return process.cwd();
  },
  packageFolder: packageFolderAbove(dirname(fileURLToPath(import.meta.url))),
  readText: (path) => readFileSync(path, 'utf8'),
  readChunks: function* (path) {
    const descriptor = openSync(path, 'r');
    try {
      const decoder = new TextDecoder('utf-8');
      const buffer = new Uint8Array(CHUNK_BYTES);
      for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
        yield decoder.decode(buffer.subarray(0, read), { stream: true });
      }
      yield decoder.decode();
    } finally {
      closeSync(descriptor);
    }
  },
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  isSpecial: (path) => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found !== undefined && !found.isFile() && !found.isDirectory();
  },
  realPath: (path) => realpathSync(path),
  modifiedMs: (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  list: (path) => readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() })),
  write: (path, content) => writeFileSync(path, content),
  append: (path, text) => appendFileSync(path, text),
  writePieces: (path, pieces) => {
    const descriptor = openSync(path, 'w');
    try {
      for (const piece of pieces) writeFileSync(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
  },
  compress: (path) => new GzipFile(path),
  makeDirectory: (path) => makeDirectory(resolve(path)),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};
