import { type Policy, PRESET_NAMES, PRESETS, PROMISES } from './core/policy.js';
import { page, table } from './page-parts.js';
import type { SwitchEntry, SwitchName } from './scenario/catalogue/entry.js';
import { describeSwitch } from './scenario/describe-policy.js';
import { CRASH_POINT_WORDS, LINK_WORDS, MESSAGE_WORDS, PART_WORDS, STEP_CATALOGUE } from './scenario/fault-catalogue.js';
import { POLICY_CATALOGUE, spellingOf } from './scenario/policy-catalogue.js';
import { FAULT_KINDS } from './scenario/types.js';
import { CRASH_POINT_NAMES, endsOf, LINK_NAMES, linkOf, MESSAGE_NAMES, messagesOn, PART_NAMES, partAt } from './scenario/vocabulary.js';

/** Pages about what a scenario file may say. */

export function policiesPage(): string {
  const groups = POLICY_CATALOGUE.flatMap(({ title, switches }) => [
    `## ${title}`,
    table(['switch', 'meaning', 'default', 'known to behave so', 'punished by'], Object.entries(switches).map(switchRow)),
  ]);
  const presets = PRESET_NAMES.map((name) => [`\`${name}\``, PRESETS[name].doc]);
  const promises = Object.entries(PROMISES).map(([name, doc]) => [`\`${name}\``, doc]);
  return page(
    'Policies',
    'The switches in which platforms differ, as `platform.policy` of a scenario spells them: a preset, or a preset with some switches set otherwise. A policy that starts from no preset starts from `fal-documented`.',
    [
      '```yaml\nplatform:\n  policy: { preset: reference, releaseOn: cancel-request, resendEvery: none }\n```',
      'One default stands for all presets; where they differ, each is named. Who behaves so was read from public issues and pull requests; where none is named, no report is known, which proves nothing. The last column names the class of leak and the checkers that find it: [the zoo](zoo.md) shows each, [the invariants](invariants.md) say what is checked.',
      '## Presets',
      table(['preset', 'what it is'], presets),
      '## Promises',
      table(['promise', 'what it says'], promises),
      ...groups,
    ],
  );
}

function switchRow([name, entry]: [string, SwitchEntry]): string[] {
  const faults = [...(entry.faults ?? []), ...(entry.checkers ?? [])];
  return [
    `\`${spellingOf(name as SwitchName)}\``,
    entry.meaning,
    defaults(name as SwitchName),
    entry.seen ?? '–',
    faults.length === 0 ? '–' : faults.join(', '),
  ];
}

/** What most presets have, then those that differ. */
function defaults(name: keyof Policy): string {
  const values = PRESET_NAMES.map((preset) => ({ preset, value: describeSwitch(name, PRESETS[preset].policy[name]) }));
  const [usual] = values;
  const others = values.filter(({ value }) => value !== usual?.value);
  return [`\`${usual?.value}\``, ...others.map(({ preset, value }) => `${preset}: \`${value}\``)].join('; ');
}

export function faultsPage(): string {
  const steps = Object.entries(STEP_CATALOGUE).map(([name, { example, doc }]) => [`\`${name}\``, doc, `\`{ at: 10s, ${example} }\``]);
  const links = LINK_NAMES.map((name) => [`\`${name}\``, LINK_WORDS[name], messagesOn(name).map(code).join(', ')]);
  const messages = MESSAGE_NAMES.map((name) => {
    const { from, to } = endsOf(name);
    return [code(name), `${from} → ${to}`, code(linkOf(name)), MESSAGE_WORDS[name]];
  });
  return page(
    'Steps and faults',
    'What a scenario does to the platform while it runs: `steps` at a time, and `faults` by chance. Durations such as `for` and `by` are text (`500ms`, `12s`); `count` is 1 where it is left out, except for cancel and disconnect: all.',
    [
      '## Steps',
      table(['step', 'what it does', 'for example'], steps),
      '## Random faults',
      '```yaml\nfaults: { kinds: all, activation: 0.25, strikes: 2, from: 0s, to: 30s }\n```',
      'Drawn from the seed before the run begins, in two levels: each kind is on for the whole run with probability `activation`, and one that is on strikes `strikes` times on average, at least once, between `from` and `to` (the end of the load, where it is left out). So runs differ in kind, not only in amount. What is drawn are ordinary steps; each strike has random numbers of its own, so that one kind more or less leaves the others as they were. Limits go back to what they were, clocks are set right, cuts and pauses are over by the end; hung and crashed runners, revoked keys, renamed accounts and a lost store stay as they are.',
      `\`kinds\` is \`all\` or a list of: ${FAULT_KINDS.map(code).join(', ')}.`,
      '## Parts',
      table(
        ['part', 'what it does'],
        PART_NAMES.map((name) => [code(name), PART_WORDS[name]]),
      ),
      '## Links',
      'One way each: a cut of one leaves the way back open.',
      table(['link', 'leads', 'messages'], links),
      '## Messages',
      'While nothing is disturbed they are plain calls and leave no event. A lost one is sent again after `resendEvery`, where the policy does that.',
      table(['message', 'way', 'link', 'says'], messages),
      '## Crash points',
      table(
        ['between', 'part', 'what has happened, and what has not'],
        CRASH_POINT_NAMES.map((name) => [code(name), partAt(name), CRASH_POINT_WORDS[name]]),
      ),
    ],
  );
}

function code(name: string): string {
  return `\`${name}\``;
}
