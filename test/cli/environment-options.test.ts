import { describe, expect, it } from 'vitest';
import yargs, { type Argv } from 'yargs';
import { optionNames } from '../../src/cli/environment-options.js';
import { COMMANDS } from '../../src/cli/main.js';

describe('options from the environment', () => {
  it.each(Object.entries(COMMANDS).filter(([name]) => name !== 'completion'))('are those that %s has, every one and no other', async (_, describeOptions) => {
    const help = await (describeOptions(yargs()) as Argv).getHelp();
    const shown = [...help.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, option]) => option as string);
    expect(shown.length).toBeGreaterThan(4);
    // A description may name another option at the beginning of a line.
    expect([...optionNames(describeOptions)].sort()).toEqual([...new Set(shown)].filter((option) => option !== 'help' && option !== 'version').sort());
  });
});
