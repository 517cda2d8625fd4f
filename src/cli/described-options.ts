import type { Argv } from 'yargs';

/** Describes the options of a command. */
export type DescribeOptions = (command: Argv) => unknown;

/** What the description of an option or a positional says of its values. */
interface Described {
  readonly name: string;
  readonly describe: string;
  /** Empty: there are too many to be named. */
  readonly values: readonly string[];
  /** Takes several values: with commas between them, or said several times. */
  readonly isList: boolean;
}

export interface DescribedOption extends Described {
  readonly aliases: readonly string[];
  /** Whether the next word is its value. */
  readonly takesValue: boolean;
}

export type DescribedPositional = Described;

export interface DescribedCommand {
  readonly options: readonly DescribedOption[];
  readonly positionals: readonly DescribedPositional[];
}

/** What yargs is told, as far as it is of use to others; `offered`: values that stand for themselves where yargs is not to check them. */
interface Told {
  readonly alias?: string | readonly string[];
  readonly type?: string;
  readonly array?: boolean;
  readonly describe?: string;
  readonly choices?: readonly unknown[];
  readonly offered?: readonly string[];
}

/** What a command takes, from its description itself: a list beside it would forget something. */
export function describedCommand(describe: DescribeOptions): DescribedCommand {
  const listener = new OptionListener();
  describe(listener as unknown as Argv);
  return listener;
}

/** Stands in for the command line while options are described, and notes what they are. */
class OptionListener implements DescribedCommand {
  readonly options: DescribedOption[] = [];
  readonly positionals: DescribedPositional[] = [];

  option(name: string, told: Told = {}): this {
    this.options.push({ ...described(name, told), aliases: [told.alias ?? []].flat(), takesValue: told.type !== 'boolean' });
    return this;
  }

  positional(name: string, told: Told = {}): this {
    this.positionals.push(described(name, told));
    return this;
  }
}

function described(name: string, { array, describe = '', choices, offered }: Told): Described {
  return { name, describe, values: offered ?? choices?.map(String) ?? [], isList: array === true };
}
