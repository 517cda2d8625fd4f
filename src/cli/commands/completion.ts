import { EXIT_CODES } from '../../measure/exit-codes.js';
import { shortened } from '../../reasons.js';
import { offersFor } from '../completion/offers.js';
import { ASKS_FOR_OFFERS, completionScript, SHELLS, type Shell } from '../completion/script.js';
import type { DescribeOptions } from '../described-options.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';

/** Prints the script that makes a shell complete our words. @returns the exit code */
export async function completionCommand({ shell }: { readonly shell: Shell | undefined }, { out, env }: Outside): Promise<number> {
  out.write(completionScript(shell ?? shellOf(env['SHELL'])));
  return EXIT_CODES.passed.code;
}

/** A script for another shell would be an error in the file that it goes into. A plain sh says nothing of who reads it. */
function shellOf(path = ''): Shell {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const shell = SHELLS.find((known) => known === name);
  if (shell !== undefined || name === '' || name === 'sh' || name === 'dash') return shell ?? 'bash';
  throw new UsageError(
    `completion: expected a shell that there is completion for (${SHELLS.join(', ')}), got ${JSON.stringify(shortened(name))} from SHELL; for one of those, name it: slotstorm completion bash`,
  );
}

/** Whether a shell asks what may come next. */
export function asksForOffers({ argv }: Pick<Outside, 'argv'>): boolean {
  return argv[0] === ASKS_FOR_OFFERS;
}

/** Answers it, a line each. Half a command line is never wrong: nothing is said of it. */
export function printOffers({ argv, out }: Pick<Outside, 'argv' | 'out'>, commands: Readonly<Record<string, DescribeOptions>>): void {
  for (const offer of offersFor(argv.slice(1), commands)) out.write(`${offer}\n`);
}
