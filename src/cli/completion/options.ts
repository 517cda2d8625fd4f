import type { Argv } from 'yargs';
import { SHELLS } from './script.js';

/** What `slotstorm completion` takes. */
export function completionOptions(command: Argv) {
  return command.positional('shell', { choices: SHELLS, describe: 'For which shell', defaultDescription: 'that of SHELL, else bash' });
}
