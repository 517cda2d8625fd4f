import { shellWord } from '../shell-commands.js';
import type { Shipped } from './shipped.js';

/** What `slotstorm --help` shows as examples: each command on a line of its own, to be copied, below what it is for. */
export function helpExamples(shipped: Shipped): [string, string][] {
  const examples = [
    ['fal issue 939, and which policy cures it', `$0 run ${shellWord(shipped('scenarios/key-revocation-mid-flight.yaml'))}`],
    ['all shipped scenarios as a gate', `$0 run ${shellWord(`${shipped('scenarios')}/*.yaml`)} --quiet`],
    ['twenty seeds with another limit', '$0 run s.yaml --seeds 20 --set platform.accounts.acme.limit=20'],
  ];
  return examples.flatMap(([what = '', command = '']): [string, string][] => [
    [`# ${what}`, ''],
    [command, ''],
  ]);
}
