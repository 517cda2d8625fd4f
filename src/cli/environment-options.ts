import { type DescribeOptions, describedCommand } from './described-options.js';
import type { Outside } from './outside.js';

/** `SLOTSTORM_SEEDS=20` stands for `--seeds 20`; the flag itself comes first. Other variables of the prefix are not options. @param commands by name, for a command refuses what it does not know */
export function fromEnvironment({ argv, env }: Outside, commands: Readonly<Record<string, DescribeOptions>>): Record<string, string | boolean> {
  const options: Record<string, string | boolean> = {};
  const command = commands[argv.find((word) => Object.hasOwn(commands, word)) ?? ''];
  for (const name of command === undefined ? [] : optionNames(command)) {
    const value = env[`SLOTSTORM_${name.toUpperCase().replaceAll('-', '_')}`];
    if (value !== undefined) options[name] = value === 'true' ? true : value === 'false' ? false : value;
  }
  return options;
}

/** The names of a command's options. */
export function optionNames(describe: DescribeOptions): readonly string[] {
  return describedCommand(describe).options.map(({ name }) => name);
}
