import type { SwitchGroup } from './entry.js';

/** From a request to its slot. */
export const TAKING = [
  {
    title: 'What is promised',
    switches: {
      promises: {
        meaning: 'What the platform says of itself. A checker that needs a promise says `not-promised` where it is missing, and raises no alarm.',
        checkers: ['L-BYPASS', 'L-WC', 'S-DUP', 'S-ORPH', 'L-HEAL'],
      },
    },
  },
  {
    title: 'Whose slot it is',
    switches: {
      onRevoke: {
        meaning:
          'What a revoked key does to its requests in progress. `strand`: the work ends, but its completion, authorised by the key, is dropped. `drain`: they end normally. `cancel`: they are stopped within `stopDelay`.',
        seen: 'fal: fal-ai/fal #939 reports stranded requests (the mechanism is a model)',
        faults: ['F1a'],
        checkers: ['S-ORPH', 'L-QUIET'],
      },
      onDisconnect: {
        meaning: 'The same for a request whose client has gone. `finish`: it is worked on as if nothing had happened.',
        seen: '`strand`: SGLang #37833, #36876, #36333; LiteLLM #27955; Resilience4j #332',
        faults: ['F1b'],
        checkers: ['S-ORPH'],
      },
      boundTo: {
        meaning: 'What a release is looked up by. `name`: after the account was renamed or deleted it finds nothing.',
        seen: '`name`: Prefect #7753; Dagster PR #16772; Argo Workflows #4632, #6340',
        faults: ['F1c'],
        checkers: ['S-ORPH', 'L-QUIET'],
      },
      keyCacheUs: { meaning: 'How long gateways go on accepting a revoked key.', checkers: ['S-KEY'] },
      revokeWithinUs: { meaning: 'The promise that S-KEY holds the platform to: no admission with a revoked key after this.', checkers: ['S-KEY'] },
    },
  },
  {
    title: 'Taking a slot',
    switches: {
      acquire: {
        meaning: '`atomic`: look and take in one step. `check-then-act`: the count is read, and the slot is taken `checkGap` later without another look.',
        seen: '`check-then-act`: HAProxy #2743; Kestra PR #10296',
        faults: ['F12'],
        checkers: ['S-CAP'],
      },
      checkGapUs: { meaning: 'From the look to the take, under `acquire: check-then-act`.', faults: ['F12'], checkers: ['S-CAP'] },
      scopes: {
        meaning: '`one-by-one`: the account’s slot is taken first and not given back when the endpoint’s limit refuses.',
        seen: '`one-by-one`: Silo PR #315, #269, #142 (chained limits)',
        faults: ['F12'],
        checkers: ['S-ORPH'],
      },
      acquireRetry: {
        meaning: 'A request that asks again because the answer was lost gets the lease it has (`adopt`), or another one (`second-slot`).',
        seen: '`second-slot`: slime PR #2340 (a retry beside an orphan)',
        faults: ['F10'],
        checkers: ['S-ONE', 'S-ORPH'],
      },
      limitCheck: {
        meaning: '`at-admission`: the limit in force is compared. `permit-pool`: lowering a limit takes back only permits that nobody holds.',
        seen: 'limits changed under load: rust-srec PR #844; open-science PR #1307; Gel PR #7866 (a review finds the race)',
        faults: ['F13'],
        checkers: ['S-CAP'],
      },
      accounting: {
        meaning:
          'What admission compares with the limit: the leases themselves (`lease-set`), a number beside them (`counter`: expiry and loss do not change it), one that begins anew every `accountingWindow` (`window-counter`), or one for each of `gateways` gateways (`per-gateway`).',
        seen: '`counter`: LiteLLM #20256; AWS IDP accelerator #657. `window-counter`: LiteLLM PR #32441. `per-gateway`: LiteLLM #27900, #16011',
        faults: ['F11'],
        checkers: ['S-LEDGER', 'S-CAP'],
      },
      accountingWindowUs: { meaning: 'How often a `window-counter` begins anew.', faults: ['F11'], checkers: ['S-LEDGER'] },
      gateways: { meaning: 'How many gateways count for themselves under `accounting: per-gateway`.', faults: ['F11'], checkers: ['S-CAP'] },
    },
  },
  {
    title: 'Waiting',
    switches: {
      waiting: {
        meaning: 'At capacity a queued request sleeps and asks again (`backoff`), or is woken: the oldest first (`fifo`), or the newest (`newest-first`).',
        seen: '`backoff`: fal’s page on concurrency limits; Read the Docs #8772; docket PR #397; openlinker PR #2019',
        faults: ['F16b', 'F16c'],
        checkers: ['L-BYPASS', 'L-WC'],
      },
      requeueBackoff: { meaning: 'The curve of `waiting: backoff`. It has no cap on attempts.', faults: ['F16b'], checkers: ['L-BYPASS'] },
      wakeOn: {
        meaning: 'What wakes the line: releases and raised limits, or releases only.',
        seen: 'limits changed under load: rust-srec PR #844; open-science PR #1307',
        faults: ['F13'],
        checkers: ['L-WC'],
      },
      wakeEveryUs: {
        meaning: 'Where a wake-up may be missing, the line is looked at this often as well; `none`: never, so that a lost wake-up stays lost.',
        seen: '`none`: Solid Queue PR #689 (an enqueue that reads “full” meets a release that finds no waiter)',
        faults: ['F16a'],
        checkers: ['L-WC', 'L-TERM'],
      },
      abandonedWaiter: {
        meaning: 'A waiter that has given up is `removed` from the line, or still stands in it and is `granted` a slot.',
        seen: '`granted`: Failsafe #393; p-ratelimit PR #25',
        faults: ['F9b'],
        checkers: ['S-ORPH'],
      },
      queue: { meaning: 'Whether the queue survives a crash of the dispatcher: `durable` or `memory`.', faults: ['F4'], checkers: ['L-TERM'] },
    },
  },
] as const satisfies readonly SwitchGroup[];
