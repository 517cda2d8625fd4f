import type { Argv } from 'yargs';
import { effortOptions } from './options/effort.js';
import { loadOptions } from './options/load.js';
import { outputOptions } from './options/output.js';
import { platformOptions } from './options/platform.js';
import { questionOptions } from './options/question.js';

/** What `slotstorm plan` takes, in groups. Nothing has a default here: what was not given is undefined. */
export function planOptions(command: Argv) {
  return outputOptions(
    effortOptions(
      questionOptions(
        platformOptions(
          loadOptions(
            command.positional('scenario', {
              type: 'string',
              describe: 'A scenario file whose load and platform are asked about; without it --rate and --service, or --trace',
            }),
          ),
        ),
      ),
    ),
  );
}

/** What the command line said. */
export type PlanArguments = Awaited<ReturnType<typeof planOptions>['argv']>;
