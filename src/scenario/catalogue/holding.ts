import type { SwitchGroup } from './entry.js';

/** From the slot to its return. */
export const HOLDING = [
  {
    title: 'Holding a slot',
    switches: {
      lease: {
        meaning:
          'A slot is held only while its holder keeps saying so: `ttl` after the last renewal it has expired, `renewEvery` and `reapEvery` are the periods of holder and reaper. `none`: it is held until it is given back.',
        seen: '`none`: Prefect #17415; Airflow #43448; Solid Queue #546; Redisson #2045; lua-resty-limit-traffic #25. With leases since: Prefect PR #18522',
        faults: ['F3a', 'F7'],
        checkers: ['S-ORPH', 'S-UNLEASED'],
      },
      renew: {
        meaning: 'A renewal extends a lease that is there (`existing`); `upsert`: it makes one that is gone anew.',
        seen: '`upsert`: docket (a renewal adds the slot again); DotNetWorkQueue #294 (a stale worker renews its successor’s claim)',
        faults: ['F6'],
        checkers: ['S-ONE', 'S-CAP'],
      },
      selfFence: {
        meaning: 'A runner that cannot renew stops its work before the lease expires.',
        seen: '`false`: Solid Queue PR #689; bull #308; BullMQ #3056. `true`: Prefect’s strict mode (PR #18522), which then stops healthy work: #19068, #18839',
        faults: ['F7'],
        checkers: ['S-UNLEASED'],
      },
      clock: {
        meaning: 'Whose clock a lease’s expiry is written and read with. `caller`: whoever happens to do it.',
        seen: '`caller`: redis-semaphore 5.8.0; openlinker PR #2019',
        faults: ['F14'],
        checkers: ['S-UNLEASED'],
      },
      reaper: {
        meaning: 'Which leases the reaper takes. `older-than-ttl`: it goes by the age of a lease, whether it was renewed or not.',
        seen: '`older-than-ttl`: sidekiq-unique-jobs #517, #580 (live locks deleted); sidekiq-throttled #61',
        faults: ['F15'],
        checkers: ['S-UNLEASED'],
      },
      maxHoldUs: {
        meaning: 'A slot held longer than this is taken back and its work killed; `none`: no bound.',
        seen: '`none`: BullMQ #652; chrono-synth-os #400',
        faults: ['F3b'],
        checkers: ['L-HOLD'],
      },
      parentSlot: {
        meaning: 'A parent that waits for its child gives its slot back (`yield`), or holds it (`keep`).',
        seen: '`keep`: oh-my-openagent #8575; flate PR #72; Kibana #277232; Trigger.dev PR #1272',
        faults: ['F16d'],
        checkers: ['L-TERM', 'L-HOLD'],
      },
    },
  },
  {
    title: 'Giving it back',
    switches: {
      release: {
        meaning: '`token`: a lease is given back once, by the grant that took it. `counter`: whoever releases decrements.',
        seen: '`counter`: AWS IDP accelerator #915, #916; async-sema #36; ScyllaDB PR #27764; Resilience4j #1569',
        faults: ['F5', 'F6'],
        checkers: ['S-LEDGER'],
      },
      releaseOn: {
        meaning: 'Whether a cancelled request’s slot is free when the cancel is accepted (`cancel-request`), or when its work has stopped (`confirmed-stop`).',
        seen: '`cancel-request`: Kueue #10407 (its KEP-10076 makes it a choice); vendure PR #5389',
        faults: ['F8c'],
        checkers: ['S-UNLEASED', 'S-CAP'],
      },
      releaseAfter: {
        meaning: 'Whether the slot is free when the work has ended, or when the webhook was delivered.',
        seen: '`webhook`: LiteLLM #40846 (the release waits for the log of the success)',
        faults: ['F2'],
        checkers: ['L-REL', 'S-ORPH'],
      },
      releaseLatencyUs: { meaning: 'From the end of the work to the free slot. The graces of the checkers grow with it.' },
      cancelRace: {
        meaning: 'Who releases when a cancel meets the end of the work: one of them (`compare-and-set`), both, or neither because each believes the other did.',
        seen: '`both-release`: Triton server #7117; Resilience4j #263. `neither-releases`: Argo Workflows #7633; Ray Serve #44644, #52533',
        faults: ['F8a', 'F8b'],
        checkers: ['S-LEDGER', 'S-ORPH'],
      },
      fence: {
        meaning:
          '`token`: who acts on a slot or an attempt shows its token. `none`: whatever says “done” or “begin” is believed, also for an attempt that was given up.',
        seen: '`none`: Airflow #35675, #36478; Solid Queue PR #689; DotNetWorkQueue #294; Trigger.dev PR #4540',
        faults: ['F5', 'F6'],
        checkers: ['S-DUP', 'S-LEDGER', 'S-UNLEASED'],
      },
    },
  },
  {
    title: 'Trying again',
    switches: {
      requeue: {
        meaning: 'Whether a request that failed on its runner keeps its slot while it waits for its next attempt.',
        seen: '`keep-slot`: Trigger.dev PR #1271, #2907; Dagster PR #17502',
        faults: ['F10'],
        checkers: ['S-ORPH'],
      },
      retryBackoff: { meaning: 'Delays between failed attempts.', checkers: ['L-RETRY'] },
      maxAttempts: { meaning: 'How many attempts a request has at most.', checkers: ['L-RETRY'] },
      redeliverAfterUs: {
        meaning: 'A request that is not done after this is handed out again, its slot not given back; `none`: never.',
        seen: 'Celery #5935, #2599, #3270 (a visibility timeout shorter than the task)',
        faults: ['F10'],
        checkers: ['S-DUP', 'S-ONE', 'S-ORPH'],
      },
      resendEveryUs: {
        meaning: 'A message that got lost is sent again after this; `none`: never.',
        seen: '`none`: LiteLLM PR #28160; Prefect #21794; AWS IDP accelerator #657',
        faults: ['F2'],
        checkers: ['S-ORPH', 'L-TERM'],
      },
    },
  },
  {
    title: 'Deadlines and latencies',
    switches: {
      deadlineCheck: {
        meaning: '`at-start`: deadline and start are decided in one step. `at-dispatch`: a deadline may pass between dispatch and start.',
        seen: 'deadlines that meet a dispatch: vLLM PR #29906; Temporal sdk-java PR #2143',
        faults: ['F9a'],
        checkers: ['S-STATE', 'S-DEADLINE'],
      },
      dispatchLatencyUs: { meaning: 'From the granted slot to the first work on the runner.' },
      stopDelayUs: { meaning: 'From an accepted cancel to the confirmed stop of the work.' },
    },
  },
  {
    title: 'Healing and looking',
    switches: {
      afterStoreLoss: {
        meaning:
          'After the slot store was lost: it is empty, so all is free (`trust-empty`); or nobody is admitted until every old lease has run out (`deny-one-lease`).',
        seen: '`trust-empty`: Kueue #1450; Solid Queue #735; Argo Workflows #10286, #11098. `deny-one-lease`: Doorman’s learning mode',
        faults: ['F14'],
        checkers: ['S-UNLEASED', 'S-CAP'],
      },
      reconcile: {
        meaning: 'A job that corrects what admission counts, both ways or only downwards; `wrong-list` looks at open requests instead of leases.',
        seen: '`wrong-list`: Data2Evidence PR #3370 (OHDSI on Prefect); Silo PR #340, #369',
        faults: ['F15'],
        checkers: ['L-HEAL', 'S-LEDGER'],
      },
      reconcileEveryUs: { meaning: 'How often it does that.', faults: ['F15'], checkers: ['L-HEAL'] },
      view: {
        meaning: 'What accounts are shown: what admission counts (`admission`), or a count apart from it (`own-count`).',
        seen: '`own-count`: browser-use #4032; solari #57; Data2Evidence PR #3370',
        faults: ['F15'],
        checkers: ['S-VIS'],
      },
      selfService: {
        meaning: 'Whether an account may list its slots and release those whose work has ended (step `release-stuck`).',
        seen: '`false`: the report of fal-ai/fal #939; Prefect #8251. `true`: Dagster PR #15490',
      },
    },
  },
  {
    title: 'Money',
    switches: {
      tierDelayUs: { meaning: 'From a paid invoice to the new limit.', seen: 'fal’s page on concurrency limits: minutes' },
      pricePerRequestUsd: { meaning: 'US dollars a successful request costs where the endpoint names no price.' },
    },
  },
] as const satisfies readonly SwitchGroup[];
