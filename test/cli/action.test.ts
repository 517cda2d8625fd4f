import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { bundleWorker } from '../../scripts/bundle-worker.mjs';
import { TestFolder } from './folder.js';

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const FILES = ['action.yml', '.github/workflows/slotstorm.yml'];
const PROGRAM = '.cache/test/action';
const action = parse(readFileSync('action.yml', 'utf8')) as Action;
const own = new TestFolder();

const SMALL = `name: small
platform:
  accounts: [{ id: acme, limit: 2, keys: [k] }]
  endpoints: [{ id: model, service: 1s }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { burst: 3, at: 0s } }
recovery: 1m
expect:
  thresholds: { leaked_slots: ["value == 0"], queue_latency: ["max < 500ms"] }
`;

/** As GitHub would replace it, were it to stand in a shell. */
function expression(text: string): string {
  return ['$', `{{ ${text} }}`].join('');
}

function stepNamed(name: string): Step {
  const step = action.runs.steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`no step ${name}`);
  return step;
}

/** Places in a YAML document where an expression stands, as paths: `jobs.gate.if`. */
function expressionPlaces(node: unknown, path: readonly string[] = []): string[] {
  if (typeof node === 'string') return node.includes('${{') ? [path.join('.')] : [];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => expressionPlaces(value, [...path, key]));
}

function scriptsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === 'run' && typeof value === 'string' ? [value] : scriptsOf(value)));
}

/** An environment as a runner sets it up for a step: inputs arrive as values of variables and nowhere else. */
function environment(inputs: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = (name: string): string => inputs[name] ?? action.inputs[name]?.default ?? '';
  const context: Readonly<Record<string, string>> = {
    'strategy.job-index': '0',
    'strategy.job-total': '1',
    'github.action_path': own.path,
    'runner.temp': own.path,
    'github.event.pull_request.number': '12',
  };
  const known = (name: string): string => (name.startsWith('inputs.') ? given(name.slice(7)) : (context[name] ?? ''));
  const value = (text: string): string =>
    text.replace(
      /\$\{\{ (\S+(?: \|\| \S+)*) \}\}/g,
      (_, names: string) =>
        names
          .split(' || ')
          .map(known)
          .find((one) => one !== '') ?? '',
    );
  const step = Object.fromEntries(action.runs.steps.flatMap(({ env }) => Object.entries(env ?? {}).map(([name, text]) => [name, value(text)])));
  return {
    ...{ PATH: `${join(own.path, 'tools')}:${process.env['PATH']}`, HOME: own.path, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: own.path },
    ...{
      GITHUB_REPOSITORY: 'acme/queue',
      GITHUB_RUN_ID: '1',
      GITHUB_WORKFLOW: 'ci',
      GITHUB_JOB: 'gate',
      GITHUB_SERVER_URL: 'https://github.com',
      RUNNER_TEMP: own.path,
    },
    ...{ GITHUB_OUTPUT: join(own.path, 'output'), GITHUB_STEP_SUMMARY: join(own.path, 'summary.md'), RECORD: join(own.path, 'record') },
    ...step,
  };
}

function runStep(name: string, env: Readonly<Record<string, string>>) {
  const script = own.file('step.sh', stepNamed(name).run as string);
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', script], { cwd: own.path, env, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

/** A program that writes its words into the file RECORD, one a line. */
function recorder(path: string, text: string): void {
  mkdirSync(join(own.path, path, '..'), { recursive: true });
  writeFileSync(join(own.path, path), text);
  chmodSync(join(own.path, path), 0o755);
}

const recorded = (): string[] => readFileSync(join(own.path, 'record'), 'utf8').trimEnd().split('\n');

describe.each(FILES)('%s', (file) => {
  const document: unknown = parse(readFileSync(file, 'utf8'));

  it('lets nothing from outside into a shell: expressions stand in with, env, if and outputs only', () => {
    for (const place of expressionPlaces(document)) expect(place).toMatch(/\.(with|env)\.[^.]+$|\.if$|^outputs\.[^.]+\.value$|^inputs\.token\.default$/);
  });

  it('has only shell that bash can read', () => {
    for (const script of scriptsOf(document)) expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
  });
});

describe('the action', () => {
  it('is a composite of which every step names its shell or what it uses, and every input is described', () => {
    expect(action.runs.using).toBe('composite');
    for (const { uses, run, shell } of action.runs.steps)
      expect(uses === undefined ? run !== undefined && shell === 'bash' : /^[\w-]+\/[\w-]+@v\d+$/.test(uses)).toBe(true);
    for (const { description } of Object.values(action.inputs)) expect(description).toMatch(/\.$/);
  });

  it('uploads the reports whatever the verdict is, and comments on pull requests only when asked', () => {
    expect(stepNamed('Upload the reports').if).toBe(expression('always()'));
    expect(stepNamed('Comment on the pull request').if).toBe(expression("always() && inputs.comment == 'true' && github.event_name == 'pull_request'"));
  });

  describe('runs scenarios', () => {
    const run = (inputs: Readonly<Record<string, string>>) => {
      recorder(
        'bin/slotstorm.js',
        `require('fs').writeFileSync(process.env.RECORD, process.argv.slice(2).join('\\n')); process.exitCode = Number(process.env.CODE ?? 0);`,
      );
      return runStep('Run scenarios', environment(inputs));
    };

    it('with twenty seeds of all scenarios by default', () => {
      expect(run({}).status).toBe(0);
      expect(recorded()).toEqual(['run', 'scenarios/*.yaml', '--seeds', '20', '--out', 'reports']);
    });

    it('with what is asked for, each word as it is', () => {
      run({ scenarios: 'a b.yaml\nc/*.yaml\n', seeds: '5', baseline: 'base lines', args: '--set x=1  --workers 2', out: 'my reports' });
      expect(recorded()).toEqual([
        'run',
        'a b.yaml',
        'c/*.yaml',
        '--seeds',
        '5',
        '--baseline',
        'base lines',
        '--out',
        'my reports',
        '--set',
        'x=1',
        '--workers',
        '2',
      ]);
      run({ args: '--set\nx=a b\n' });
      expect(recorded().slice(-2)).toEqual(['--set', 'x=a b']);
    });

    test.each(['$(touch hacked)', '`touch hacked`', '"; touch hacked; "', "'; touch hacked #", expression('github.token'), '*'])(
      'never as a command: %s',
      (text) => {
        run({ scenarios: text, seeds: text, baseline: text, args: text, out: text });
        expect(existsSync(join(own.path, 'hacked'))).toBe(false);
        expect(recorded().slice(0, 4)).toEqual(['run', text, '--seeds', text]);
      },
    );

    it('and ends with their exit code, which it leaves as an output', () => {
      recorder('bin/slotstorm.js', 'process.exitCode = 98;');
      expect(runStep('Run scenarios', environment()).status).toBe(98);
      expect(readFileSync(join(own.path, 'output'), 'utf8')).toBe('exit-code=98\n');
    });

    it('from the package when a version is given', () => {
      recorder('slotstorm/node_modules/slotstorm/bin/slotstorm.js', "require('fs').writeFileSync(process.env.RECORD, 'the package');");
      expect(runStep('Run scenarios', environment({ version: '1.2.3' })).status).toBe(0);
      expect(recorded()).toEqual(['the package']);
    });
  });

  describe('with the real program', () => {
    beforeAll(() => bundleWorker(`${PROGRAM}/bin.js`, 'bin.ts'));

    it('leaves reports, annotations, the summary and the text of the comment', () => {
      recorder('bin/slotstorm.js', `import(${JSON.stringify(resolve(`${PROGRAM}/bin.js`))});`);
      mkdirSync(join(own.path, 'scenarios'));
      own.file('scenarios/small.yaml', SMALL);
      const { status, text } = runStep('Run scenarios', environment({ artifact: 'mine', seeds: '2', args: '--workers 1 --reporter terminal,json,github' }));
      expect(status).toBe(99);
      expect(text).toMatch(/^::error file=scenarios\/small\.yaml,line=9,title=small%3A threshold failed::queue_latency max < 500ms: was 1s/m);
      expect(readFileSync(join(own.path, 'summary.md'), 'utf8')).toMatch(/^## ✗ FAIL: small/);
      expect(readFileSync(join(own.path, 'slotstorm-comment.md'), 'utf8')).toContain(
        'Reports: artifact mine of [this run](https://github.com/acme/queue/actions/runs/1).',
      );
      expect(existsSync(join(own.path, 'reports/small-1-to-2/result.json'))).toBe(true);
    });
  });

  describe('comments', () => {
    const gh = (found: string, code = 0, listing = 0) =>
      recorder(
        'tools/gh',
        `#!/usr/bin/env bash\nprintf '%s\\n' "$*" >>"$RECORD"\ncase "$*" in *--paginate*) printf '%s' "$MARKER" >"$RECORD.mark"; printf '${found}'; exit ${listing} ;; *) exit ${code} ;; esac\n`,
      );
    const comment = (text = '<!-- slotstorm:report ci%2Fgate -->\na comment') => {
      own.file('slotstorm-comment.md', text);
      return runStep('Comment on the pull request', environment({ token: 'secret' }));
    };

    it('anew the first time', () => {
      gh('');
      expect(comment()).toEqual({ status: 0, text: '' });
      expect(recorded()[1]).toBe(`api --silent --method POST repos/acme/queue/issues/12/comments --field body=@${own.path}/slotstorm-comment.md`);
    });

    it('in the same place ever after', () => {
      gh('41\\n42\\n');
      expect(comment().status).toBe(0);
      expect(recorded()[1]).toContain('--method PATCH repos/acme/queue/issues/comments/41 ');
    });

    it('that carry the mark of this job, whoever wrote them', () => {
      gh('41\\n');
      comment();
      expect(readFileSync(join(own.path, 'record.mark'), 'utf8')).toBe('<!-- slotstorm:report ci%2Fgate -->');
      expect(recorded()[0]).toBe('api --paginate repos/acme/queue/issues/12/comments --jq .[] | select(.body | startswith(env.MARKER)) | .id');
    });

    it('not at all where it cannot be told what is there', () => {
      gh('', 0, 1);
      const { status, text } = comment();
      expect(status).toBe(0);
      expect(text).toContain('::warning title=slotstorm::the comments of the pull request could not be listed, so none was written');
      expect(recorded()).toHaveLength(1);
    });

    it('not at all where there is nothing to say, and fails nothing where it may not', () => {
      gh('');
      comment('');
      expect(existsSync(join(own.path, 'record'))).toBe(false);
      gh('', 1);
      const { status, text } = comment();
      expect(status).toBe(0);
      expect(text).toContain('::notice title=slotstorm::the comment could not be written; does the workflow have the permission pull-requests: write?');
      expect(text).not.toContain('secret');
    });
  });

  it('names the artifact after the job, its place in a matrix and the attempt, unless it is told a name', () => {
    const name = (changes: Readonly<Record<string, string>> = {}): string => {
      own.file('output', '');
      expect(runStep('Name the reports', { ...environment(), ...changes }).status).toBe(0);
      return readFileSync(join(own.path, 'output'), 'utf8').trimEnd();
    };
    expect(name()).toBe('artifact=slotstorm-reports-gate');
    expect(name({ JOB_TOTAL: '4', JOB_INDEX: '2', GITHUB_RUN_ATTEMPT: '3' })).toBe('artifact=slotstorm-reports-gate-2-attempt-3');
    expect(name({ JOB_TOTAL: '', JOB_INDEX: '' })).toBe('artifact=slotstorm-reports-gate');
    expect(stepNamed('Upload the reports').with?.['name']).toBe(expression('inputs.artifact || steps.names.outputs.artifact'));
  });

  it('marks the comment with workflow, job and place in a matrix, and with no attempt, so that later runs renew it', () => {
    recorder('bin/slotstorm.js', "require('fs').writeFileSync(process.env.RECORD, process.env.SLOTSTORM_COMMENT_NAME);");
    runStep('Run scenarios', { ...environment({ artifact: 'mine' }), GITHUB_RUN_ATTEMPT: '3' });
    expect(recorded()).toEqual(['ci/gate/0/mine']);
  });

  it('sets up no Node where none is asked for, and installs what the build needs whatever NODE_ENV is', () => {
    expect(action.runs.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.if).toBe(expression("inputs.node-version != ''"));
    recorder('tools/npm', '#!/usr/bin/env bash\nprintf \'%s\\n\' "$*" >"$RECORD"\n');
    expect(runStep('Install slotstorm', { ...environment(), NODE_ENV: 'production' }).status).toBe(0);
    expect(recorded()).toEqual(['ci --include=dev --no-audit --no-fund']);
  });

  it('refuses a version that is none', () => {
    const { status, text } = runStep('Install slotstorm', environment({ version: '1; touch hacked' }));
    expect(status).toBe(104);
    expect(text).toContain('expected a version');
    expect(existsSync(join(own.path, 'hacked'))).toBe(false);
  });
});
