import { scenarioJsonSchema } from '../../scenario/schema.js';
import { INSTALL, TARBALL } from './install-step.js';

/** In the first lines of every file that `init` writes: what bears it may be replaced with `--force`. */
export const MARK = 'Written by slotstorm init';
export const SCRIPT_NAME = 'slotstorm';
/**
 * What the npm script and the workflow run. Whoever edits a scenario changes its load, platform or policy, and asks whether that made
 * it worse: without --allow nothing could be said of it. Until a baseline is made, all else decides.
 */
const GATE = 'run "scenarios/*.yaml" --seeds 20 --baseline reports/baselines --missing-baseline pass --allow load,platform,policy';
export const SCRIPT = `slotstorm ${GATE}`;
export const IGNORED = ['reports/*', '!reports/baselines/'] as const;
export const FIRST_SCENARIO = 'scenarios/first.yaml';
export const SCHEMA_FILE = 'scenarios/scenario.schema.json';
export const WORKFLOW_FILE = '.github/workflows/slotstorm.yml';
export const BASELINES_FILE = 'reports/baselines/.gitkeep';

/** A scenario to begin with: it passes, and says what to change. */
export const FIRST_SCENARIO_TEXT = `# yaml-language-server: $schema=./scenario.schema.json
#
# ${MARK}. Change it as you like: from then on it is yours, and --force leaves it alone once this line is gone.
#
# An app asks for images all day, four every five seconds, and is rolled out at 5m, when 20 calls come at once. At 8m it
# rotates its key: the old one is revoked while its requests run.
#
# What to expect: never more than 10 requests in progress, none refused, none lost, and no slot that stays taken. Once
# there is a baseline of it (npx slotstorm baseline update), no longer waits than in that either.
name: first
description: Steady traffic with a burst, and a key that is rotated while its requests run.
platform:
  # How the platform decides. fal-documented: as fal's documentation says. fal-939: a revoked key keeps its slots.
  # Try: npx slotstorm run scenarios/first.yaml --set platform.policy=fal-939
  policy: fal-documented
  accounts:
    # Your limit: requests in progress at once.
    - { id: my-team, limit: 10, keys: [old, new] }
  endpoints:
    # How long one request takes. Also: exponential, gamma, empirical, …
    - { id: fal-ai/flux/dev, service: { lognormal: { mean: 6s, cv: 0.3 } }, runners: 12 }
workload:
  # Your traffic. Calls are submit, subscribe or run; arrivals also burst, constant, ramping, a recorded trace, …
  - { as: my-team/old, endpoint: fal-ai/flux/dev, call: submit, arrivals: { poisson: 0.8/s, from: 0s, to: 8m } }
  - { as: my-team/new, endpoint: fal-ai/flux/dev, call: submit, arrivals: { poisson: 0.8/s, from: 8m, to: 12m } }
  - { as: my-team/old, endpoint: fal-ai/flux/dev, call: submit, arrivals: { burst: 20, at: 5m } }
steps:
  - { at: 8m, do: revoke-key, key: my-team/old }
# After all load and steps: time for everything to come to rest, so that what is still held then is leaked.
recovery: 15m
expect:
  # The run must have met what it is about, or it says nothing.
  exercised: { requeued_at_limit: ">= 1" }
  thresholds:
    leaked_slots: ["value == 0"]
    lost_requests: ["count == 0"]
    slots_in_use: ["max <= 10"] # your limit, once more
    queue_latency: ["p(95) < 60s"]
`;

/**
 * Nothing is downloaded by the name alone: slotstorm comes with the project's own dependencies or not at all. Whether there
 * is a lock file is looked up when it runs, for `init` comes before the first install.
 */
export const WORKFLOW_TEXT = `# ${MARK}. See docs/ci.md of slotstorm for comments on pull requests, baselines and shards.
name: slotstorm
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - name: Install what package.json asks for
        run: if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then npm ci; else npm install; fi
      - name: Check that slotstorm is among it
        run: |
          npx --no-install slotstorm --version || {
            echo "::error::slotstorm is not installed. Put ${TARBALL}, which npm pack makes in a clone of slotstorm, into this repository, run ${INSTALL}, and commit it with package.json and package-lock.json."
            exit 1
          }
      # Annotations at the lines of the scenarios and the summary of the job come by themselves.
      # A scenario is held against its baseline in reports/baselines, once there is one: exit code 97 for what got worse.
      - run: npx --no-install slotstorm ${GATE}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: slotstorm-reports
          path: |
            reports
            !reports/baselines
`;

export function schemaText(): string {
  return `${JSON.stringify({ $comment: MARK, ...(scenarioJsonSchema() as object) }, null, 2)}\n`;
}
