import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Argv } from 'yargs';
import { offersFor } from '../../src/cli/completion/offers.js';
import { completionScript, SHELLS } from '../../src/cli/completion/script.js';
import { describedCommand } from '../../src/cli/described-options.js';
import { COMMANDS } from '../../src/cli/main.js';
import { holds } from '../helpers/properties.js';
import { TestFolder } from './folder.js';
import { slotstorm } from './memory-outside.js';

const PROFILES = ['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'];

/** What is offered at the end of a line. Nothing else may ever be said while somebody types. */
async function offers(...words: readonly string[]): Promise<readonly string[]> {
  const { code, out, err } = await slotstorm(['--get-yargs-completions', 'slotstorm', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').filter((line) => line !== '');
}

describe('Tab', () => {
  test.each([
    [['plan', '--policy', ''], PROFILES],
    [['plan', '--policy', 'fal-9'], ['fal-939']],
    [
      ['plan', '--rate', '5/s', '--waiting', ''],
      ['backoff', 'fifo'],
    ],
    [
      ['run', 'a.yaml', '--fail-on', ''],
      ['error', 'warn'],
    ],
    [['run', '--follow', 's'], ['stream']],
    [['score', '--profiles', 'ref'], ['reference']],
    [['fuzz', '--policy', 'n'], ['nexaapi-claims']],
    [['serve', '--log-level', 's'], ['silent']],
    [
      ['baseline', ''],
      ['update', 'show'],
    ],
    [['k6', 'b'], ['build']],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
  ])('after %j offers values, and no option', async (words, expected) => {
    expect([...(await offers(...words))].sort()).toEqual([...expected].sort());
  });

  test.each([
    [['run', '--reporter', 'html,ju'], ['html,junit']],
    [['plan', '--policy=fal-9'], ['--policy=fal-939']],
    // bash parts a word at its sign of equality.
    [['plan', '--policy', '=', 'fal-9'], ['fal-939']],
    [['plan', '--policy', '=', 'fal-9', '--waiting', 'f'], ['fifo']],
    [['run', '--warmup', ''], ['auto']],
  ])('knows the several ways to write a value: %j', async (words, expected) => {
    expect(await offers(...words)).toEqual(expected);
  });

  test.each([
    [['plan', '--rate', '']],
    [['plan', '--seeds', '']],
    [['plan', '--seeds', 'many']],
    [['run', '--set', '']],
    [['run', '-o', '']],
    [['run', '']],
    [['run', 'scenarios/fi']],
    [['baseline', 'update', 'repo']],
    [['rnu', '']],
    [['run', '--reporter', 'nothing,ju']],
  ])('leaves what only the user knows to the shell, which has names of files: %j', async (words) => {
    expect(await offers(...words)).toEqual([]);
  });

  it('offers commands first, then the options that were not given yet', async () => {
    expect(await offers('')).toEqual(Object.keys(COMMANDS));
    expect(await offers()).toEqual(Object.keys(COMMANDS));
    expect(await offers('comp')).toEqual(['compare', 'completion']);
    expect(await offers('--v')).toEqual(['--version']);
    expect(await offers('run', 'a.yaml', '--seed')).toEqual(['--seed', '--seeds']);
    expect(await offers('run', 'a.yaml', '--seeds', '20', '--seed')).toEqual(['--seed']);
    expect(await offers('run', '--set', 'a=1', '--se')).toContain('--set');
    expect(await offers('worker', '')).toContain('--redis');
  });

  it('is never answered with an error, whatever stands there already', async () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('=', '--', '-', '', '--policy', '--rate=', 'bogus', '__proto__', 'constructor', '--nothing=x,y', '$(reboot)', 'a\nb'),
      fc.constantFrom(...Object.values(COMMANDS).flatMap((describe) => describedCommand(describe).options.map(({ name }) => `--${name}`))),
    );
    const lines = fc.sample(fc.tuple(fc.constantFrom(...Object.keys(COMMANDS), 'rnu'), fc.array(word, { maxLength: 5 })), { seed: 1, numRuns: 300 });
    for (const [command, words] of lines) await offers(command, ...words);
  });

  it('offers no word that a user has written, but for names that we know', () => {
    const known = new Set(Object.values(COMMANDS).flatMap((describe) => describedCommand(describe).options.flatMap(({ values }) => values)));
    holds(
      fc.property(fc.string(), (written) => {
        for (const offer of offersFor(['slotstorm', 'run', '--reporter', written], COMMANDS))
          expect(offer.split(',').every((name) => known.has(name))).toBe(true);
      }),
      100,
    );
  });
});

describe('an option that takes one of some names', () => {
  /** Said when it is given something else. */
  const REFUSED = /expected (?:one of )?((?:[\w-]+, )+[\w-]+), got/;

  /** What each option of a command does with its value. */
  function coercions(describeOptions: (command: Argv) => unknown): Map<string, (value: unknown) => unknown> {
    const found = new Map<string, (value: unknown) => unknown>();
    const listener = {
      option: (name: string, { coerce }: { coerce?: (value: unknown) => unknown } = {}) => {
        if (coerce !== undefined) found.set(name, coerce);
        return listener;
      },
      positional: () => listener,
    };
    describeOptions(listener as unknown as Argv);
    return found;
  }

  const refusals = Object.entries(COMMANDS).flatMap(([command, describeOptions]) =>
    [...coercions(describeOptions)].flatMap(([option, coerce]): [string, string, readonly string[]][] => {
      for (const nonsense of ['~', ['~']]) {
        try {
          coerce(nonsense);
        } catch (error) {
          const [, names] = REFUSED.exec((error as Error).message) ?? [];
          if (names !== undefined) return [[command, option, names.split(', ')]];
        }
      }
      return [];
    }),
  );

  it('is found by what it says of others', () => {
    expect(refusals.length).toBeGreaterThan(15);
  });

  it.each(refusals)('%s --%s offers them all', async (command, option, names) => {
    expect([...(await offers(command, `--${option}`, ''))].sort()).toEqual([...names].sort());
  });
});

describe('slotstorm completion', () => {
  const own = new TestFolder();

  it.each(SHELLS)('prints a script for %s, which says where it goes and what a local install needs', async (shell) => {
    const { code, out, err } = await slotstorm(['completion', shell]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(completionScript(shell));
    expect(out).toContain(`npx slotstorm completion ${shell} >> ~/.${shell}rc`);
    expect(out).toContain('puts no slotstorm into PATH');
  });

  test.each([
    ['/usr/bin/zsh', 'zsh'],
    ['/bin/bash', 'bash'],
    ['/bin/sh', 'bash'],
    [undefined, 'bash'],
  ] as const)('takes the shell from SHELL: %s', async (SHELL, shell) => {
    expect((await slotstorm(['completion'], { env: { SHELL } })).out).toBe(completionScript(shell));
  });

  test.each([
    [['fish'], undefined, 'completion: expected bash or zsh, got "fish"\n'],
    [[], '/usr/bin/fish', 'completion: expected a shell that there is completion for (bash, zsh), got "fish" from SHELL; '],
  ])('prints nothing for another shell, and says which there are: %j, %s', async (words, SHELL, complaint) => {
    const { code, out, err } = await slotstorm(['completion', ...words], { env: { SHELL } });
    expect({ code, out }).toEqual({ code: 104, out: '' });
    expect(err).toContain(complaint);
  });

  /** What bash offers after a line, where the program is one that says what it was asked. */
  function inBash(words: readonly string[], answer: string, { isInPath = true } = {}): { readonly out: string; readonly err: string } {
    const program = own.file(
      isInPath ? 'slotstorm' : 'npx',
      `#!/bin/bash\nprintf '%s|' "$@" >&2\nprintf '%s' '${answer}'\nprintf '%s|' "$@" > '${own.path}/asked'\n`,
    );
    chmodSync(program, 0o755);
    const line = words.map((word) => `'${word}'`).join(' ');
    const script = `${completionScript('bash')}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}\n_slotstorm_completion\nprintf '<%s>' "\${COMPREPLY[@]}"; cat '${own.path}/asked'; complete -p slotstorm`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: own.path, env: { PATH: `${own.path}:/usr/bin:/bin` } });
    return { out: stdout, err: stderr };
  }

  it('is run by bash, which asks for the words up to the cursor and says nothing itself', () => {
    expect(inBash(['slotstorm', 'plan', '--waiting', ''], 'backoff\nfifo\n')).toEqual({
      out: '<backoff><fifo>--get-yargs-completions|slotstorm|plan|--waiting||complete -o bashdefault -o default -F _slotstorm_completion slotstorm\n',
      err: '',
    });
  });

  it('expands nothing of what it is told', () => {
    expect(inBash(['slotstorm', ''], '$(touch x)\n*\n').out).toMatch(/^<\$\(touch x\)><\*>/);
  });

  it('asks npx where no slotstorm is in PATH', () => {
    const { out } = inBash(['slotstorm', 'ru'], 'run\n', { isInPath: false });
    expect(out).toContain('<run>--no-install|slotstorm|--get-yargs-completions|slotstorm|ru|');
  });
});
