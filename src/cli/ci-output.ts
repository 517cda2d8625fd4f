import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { ResultFile } from '../measure/result.js';
import { reasonOf } from '../reasons.js';
import { type Annotation, annotationsOf, githubCommand, limited, plainAnnotation } from '../report/ci/annotations.js';
import { renderComment } from '../report/ci/comment.js';
import { renderStepSummary } from '../report/ci/step-summary.js';
import { byteLength } from '../report/ci/text-budget.js';
import type { Outside } from './outside.js';

/** GitHub drops a summary of more than 1,024 KiB whole. */
const MOST_SUMMARY_BYTES = 900_000;
/** With less room there is nothing worth adding. */
const LEAST_SUMMARY_BYTES = 10_000;
const DEFAULT_ARTIFACT = 'slotstorm-reports';

export interface CiOutputOptions {
  /** Folder of the reports, which `comment.md` goes into, unless the environment names a file for it. */
  readonly out?: string | undefined;
  /** What else there is to say, after what the checks say. */
  readonly annotations?: readonly Annotation[];
}

/**
 * What a CI server is told beside the reports: annotations at the lines of scenario files, the job's summary, the text of
 * a comment. Nothing where there is no CI server, and nothing for a shard. It never fails a run: what cannot be written is
 * said on standard error.
 */
export function writeCiOutput(results: readonly ResultFile[], outside: Outside, options: CiOutputOptions = {}): void {
  const whole = results.filter((result) => result.shard == null);
  if (serverOf(outside.env) === undefined || whole.length === 0) return;
  tellServer(
    { annotations: () => [...annotationsOf(whole), ...(options.annotations ?? [])], summary: (mostBytes) => renderStepSummary(whole, mostBytes) },
    outside,
  );
  const comment = commentFile(outside.env, options);
  if (comment !== undefined) attempt('the text of the comment', outside, () => writeComment(whole, comment, outside));
}

/** What a server is told, whatever it is about. */
export interface ServerWords {
  readonly annotations: () => readonly Annotation[];
  /** Markdown of no more bytes than there is room for. */
  readonly summary: (mostBytes: number) => string;
}

/** Annotations and the job's summary. Nothing where there is no CI server. */
export function tellServer({ annotations, summary }: ServerWords, outside: Outside): void {
  const server = serverOf(outside.env);
  if (server === undefined) return;
  attempt('the annotations', outside, () => annotate(limited(annotations()), server, outside));
  const path = outside.env['GITHUB_STEP_SUMMARY'];
  if (server === 'github' && path !== undefined && path !== '') attempt('the summary of the job', outside, () => appendSummary(summary, path, outside));
}

/** Where a workflow looks for the text of the comment. @returns undefined: nobody wants one */
function commentFile(env: Outside['env'], { out }: CiOutputOptions): string | undefined {
  return env['SLOTSTORM_COMMENT_FILE'] || (out === undefined ? undefined : `${out}/comment.md`);
}

type Server = 'github' | 'other';

function serverOf(env: Outside['env']): Server | undefined {
  if (isTrue(env['GITHUB_ACTIONS'])) return 'github';
  return isTrue(env['GITLAB_CI']) || isTrue(env['CI']) ? 'other' : undefined;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}

/** On standard error, for standard output may be data. GitHub reads commands from both. */
function annotate(annotations: readonly Annotation[], server: Server, { env, err }: Outside): void {
  const root = env['GITHUB_WORKSPACE'] ?? env['CI_PROJECT_DIR'] ?? env['WORKSPACE'];
  for (const annotation of annotations) {
    const file = annotation.file === undefined ? undefined : inside(root, annotation.file);
    const line = server === 'github' ? githubCommand(annotation, file) : plainAnnotation(annotation, file ?? annotation.file);
    err.write(`${line}\n`);
  }
}

/** A path as the repository knows it; undefined: it lies elsewhere. */
function inside(root: string | undefined, file: string): string | undefined {
  const path = relative(root === undefined || root === '' ? '.' : root, resolve(file));
  return path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : path.replaceAll(sep, '/');
}

function appendSummary(summary: ServerWords['summary'], path: string, { files, err }: Outside): void {
  const there = files.isFile(path) ? byteLength(files.readText(path)) : 0;
  const room = MOST_SUMMARY_BYTES - there;
  if (room < LEAST_SUMMARY_BYTES) err.write('slotstorm: the summary of the job is full, so nothing was added to it\n');
  else files.append(path, `${there > 0 ? '\n' : ''}${summary(room)}`);
}

/** Written aside first: a workflow that was stopped posts no half comment. */
function writeComment(results: readonly ResultFile[], path: string, { files, env }: Outside): void {
  const aside = `${path}.${process.pid}.part`;
  files.makeDirectory(dirname(path));
  try {
    files.write(
      aside,
      renderComment(results, {
        artifact: env['SLOTSTORM_ARTIFACT'] || DEFAULT_ARTIFACT,
        name: env['SLOTSTORM_COMMENT_NAME'] || undefined,
        runUrl: runUrlOf(env),
      }),
    );
    files.rename(aside, path);
  } catch (error) {
    files.remove(aside);
    throw error;
  }
}

/** Where the run is shown. Only addresses without anything that Markdown would read. */
function runUrlOf(env: Outside['env']): string | undefined {
  const [server, repository, run] = [env['GITHUB_SERVER_URL'], env['GITHUB_REPOSITORY'], env['GITHUB_RUN_ID']];
  const url = run === undefined ? env['CI_PIPELINE_URL'] : `${server}/${repository}/actions/runs/${run}`;
  return url !== undefined && /^https?:\/\/[\w.:/-]+$/.test(url) ? url : undefined;
}

function attempt(what: string, { err }: Outside, action: () => void): void {
  try {
    action();
  } catch (error) {
    err.write(`slotstorm: ${what} could not be written: ${reasonOf(error)}; the verdict stands\n`);
  }
}
