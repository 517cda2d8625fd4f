import { reasonOf } from '../../reasons.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';
import { type InstallStep, installStep } from './install-step.js';
import type { InitArguments } from './options.js';
import { withScript } from './package-script.js';
import {
  BASELINES_FILE,
  FIRST_SCENARIO,
  FIRST_SCENARIO_TEXT,
  IGNORED,
  MARK,
  SCHEMA_FILE,
  SCRIPT_NAME,
  schemaText,
  WORKFLOW_FILE,
  WORKFLOW_TEXT,
} from './scaffold.js';

/** `keep`: it stays as it is. */
export type PlannedAction = 'create' | 'change' | 'replace' | 'keep';

export interface PlannedFile {
  /** Inside the project's folder. */
  readonly path: string;
  readonly action: PlannedAction;
  readonly why: string;
  /** undefined: nothing is written. */
  readonly text: string | undefined;
}

export interface Plan {
  readonly files: readonly PlannedFile[];
  readonly install: InstallStep;
  /** Whether the project has a package.json, and with it the npm script. */
  readonly hasScript: boolean;
}

/** What `init` will do, decided before anything is written. @throws UsageError for what stands in the way */
export function planOf({ folder, force }: InitArguments, files: Files): Plan {
  const project = new Project(folder, force, files);
  const manifest = project.read('package.json');
  const planned = [
    project.scaffold(FIRST_SCENARIO, FIRST_SCENARIO_TEXT),
    project.scaffold(SCHEMA_FILE, schemaText()),
    project.scaffold(WORKFLOW_FILE, WORKFLOW_TEXT),
    project.scaffold(BASELINES_FILE, ''),
    ...(manifest === undefined ? [] : [project.packageFile(manifest)]),
    project.ignoreFile(),
  ];
  return { files: planned, install: installStep(manifest, folder), hasScript: manifest !== undefined };
}

class Project {
  constructor(
    private readonly folder: string,
    private readonly force: boolean,
    private readonly files: Files,
  ) {}

  /** @returns undefined where there is none */
  read(path: string): string | undefined {
    const full = `${this.folder}/${path}`;
    try {
      for (const parent of [this.folder, ...parentsOf(path).map((part) => `${this.folder}/${part}`)]) {
        if (this.files.isFile(parent)) throw new UsageError(`init: expected ${JSON.stringify(parent)} to be a folder, but it is a file`);
      }
      if (this.files.isDirectory(full)) throw new UsageError(`init: expected ${JSON.stringify(full)} to be a file, but it is a folder`);
      return this.files.isFile(full) ? this.files.readText(full) : undefined;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`init: expected to read ${JSON.stringify(full)}: ${reasonOf(error)}`);
    }
  }

  scaffold(path: string, text: string): PlannedFile {
    const former = this.read(path);
    if (former === undefined) return { path, action: 'create', why: '', text };
    if (former === text) return { path, action: 'keep', why: 'is there already', text: undefined };
    if (!former.split('\n', 5).join('\n').includes(MARK)) return { path, action: 'keep', why: 'exists, and is not from init', text: undefined };
    if (this.force) return { path, action: 'replace', why: 'was written by init', text };
    return { path, action: 'keep', why: 'was written by init and differs; --force replaces it', text: undefined };
  }

  packageFile(text: string): PlannedFile {
    const change = withScript(text, `${this.folder}/package.json`, this.force);
    if ('kept' in change) return { path: 'package.json', action: 'keep', why: change.kept, text: undefined };
    return {
      path: 'package.json',
      action: 'change',
      why: `${change.replaces ? 'sets back' : 'adds'} the script ${JSON.stringify(SCRIPT_NAME)}`,
      text: change.text,
    };
  }

  ignoreFile(): PlannedFile {
    const path = '.gitignore';
    const former = this.read(path);
    const lines = former?.split(/\r?\n/).map((line) => line.trim()) ?? [];
    const missing = IGNORED.filter((line) => !lines.includes(line));
    if (missing.length === 0) return { path, action: 'keep', why: 'has the lines already', text: undefined };
    const newline = former?.includes('\r\n') === true ? '\r\n' : '\n';
    const before = former === undefined || former === '' || former.endsWith('\n') ? (former ?? '') : `${former}${newline}`;
    const text = `${before}${missing.join(newline)}${newline}`;
    const shadows = lines.find((line) => /^\/?reports\/?$/.test(line));
    // git never looks into a folder that is ignored as a whole.
    const warning = shadows === undefined ? '' : `; remove its line ${JSON.stringify(shadows)}, or baselines cannot be committed`;
    return { path, action: former === undefined ? 'create' : 'change', why: `adds ${missing.join(' and ')}${warning}`, text };
  }
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
