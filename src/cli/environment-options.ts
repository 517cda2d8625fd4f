import type { Argv } from 'yargs';
import type { Outside } from './outside.js';

/** Describes the options of a command. */
export type DescribeOptions = (command: Argv) => unknown;

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

/** The names of a command's options, from their description itself: a list beside it would forget one. */
export function optionNames(describe: DescribeOptions): readonly string[] {
  const listener = new OptionListener();
  describe(listener as unknown as Argv);
  return listener.names;
}

/** Stands in for the command line while options are described, and notes their names. */
class OptionListener {
  readonly names: string[] = [];

  option(name: string): this {
    this.names.push(name);
    return this;
  }

  positional(): this {
    return this;
  }
}
