import { describe, expect, it } from 'vitest';
import { HistoryKind, Outcome } from '../../src/core/history.js';
import type { ArrivalSpec, FlowSpec, Scenario } from '../../src/scenario/types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { expectWithin } from '../helpers/chance.js';
import { ClientLog } from '../helpers/clients.js';
import { account, alarms, counter, endpoint, flow, runScenario, scenario, silentSink, traceSpec } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, HOUR, MINUTE, type OutcomeName, outcomeName, policyOf, S } from '../helpers/world.js';

interface Seen {
  readonly submittedUs: number;
  startedUs: number;
  endedUs: number;
  outcome: OutcomeName | undefined;
}

/** What became of every request of a run, in order of acceptance, and how many were open at once. */
class RequestLog {
  readonly requests: Seen[] = [];
  dropped = 0;
  mostOpen = 0;
  /** Area under the number of open requests: request-µs. */
  openUs = 0;
  private readonly current = new Map<number, Seen>();
  private lastUs = 0;

  constructor(what: Scenario, seed = 1) {
    const ref: { run?: Simulation } = {};
    const now = (): number => ref.run?.calendar.nowUs ?? 0;
    const sink = silentSink({
      record: (kind: number, id: number, a: number) => this.read(now(), kind, id, a),
      dispatched: (id: number) => this.read(now(), HistoryKind.executionStarted, id, 0),
      completed: (id: number) => this.read(now(), HistoryKind.ended, id, Outcome.ok),
      iterationDropped: () => {
        this.dropped++;
      },
    });
    const run = new Simulation(what, seed, sink, () => []);
    ref.run = run;
    while (!run.advance(100_000));
  }

  outcomes(outcome: OutcomeName): Seen[] {
    return this.requests.filter((request) => request.outcome === outcome);
  }

  private read(nowUs: number, kind: number, id: number, a: number): void {
    if (kind === HistoryKind.submitted) {
      this.count(nowUs);
      const seen = { submittedUs: nowUs, startedUs: Number.NaN, endedUs: Number.NaN, outcome: undefined };
      this.requests.push(seen);
      this.current.set(id, seen);
      this.mostOpen = Math.max(this.mostOpen, this.current.size);
    } else if (kind === HistoryKind.executionStarted) {
      (this.current.get(id) as Seen).startedUs = nowUs;
    } else if (kind === HistoryKind.ended) {
      this.count(nowUs);
      Object.assign(this.current.get(id) as Seen, { endedUs: nowUs, outcome: outcomeName(a) });
      this.current.delete(id);
    }
  }

  private count(nowUs: number): void {
    this.openUs += this.current.size * (nowUs - this.lastUs);
    this.lastUs = nowUs;
  }
}

const FIFO = policyOf('fal-documented', { waiting: 'fifo' });
const poisson = (perSecond: number, toUs: number): ArrivalSpec => ({ kind: 'poisson', perSecond, fromUs: 0, toUs });
const closedLoop = (users: number, thinkUs: number, toUs = HOUR): ArrivalSpec => ({
  kind: 'closedLoop',
  users,
  thinkTime: { kind: 'constant', us: thinkUs },
  fromUs: 0,
  toUs,
});

describe('a closed loop', () => {
  it.each(['submit', 'subscribe', 'run'] as const)('of one user calls, waits for the end, thinks, and calls again (%s)', (call) => {
    const log = new RequestLog(scenario({ workload: [flow({ call, arrivals: closedLoop(1, 5 * S, MINUTE) })] }));
    // 10 s of work (whole polls), 5 s of thinking.
    expect(log.requests.map(({ submittedUs }) => submittedUs)).toEqual([0, 15 * S, 30 * S, 45 * S]);
    expect(log.mostOpen).toBe(1);
  });

  it('all users call when it begins, and nobody calls at its end or after it', () => {
    const arrivals: ArrivalSpec = { ...closedLoop(3, 5 * S), fromUs: MINUTE, toUs: MINUTE + 15 * S } as ArrivalSpec;
    const log = new RequestLog(scenario({ accounts: [account({ limit: 10 })], workload: [flow({ arrivals })] }));
    expect(log.requests.map(({ submittedUs }) => submittedUs)).toEqual([MINUTE, MINUTE, MINUTE]);
  });

  it('never has more open than it has users, and keeps Little’s law: users = throughput × (time to result + think time)', () => {
    const users = 20;
    const what = scenario({
      policy: FIFO,
      accounts: [account({ limit: 4 })],
      endpoints: [endpoint({ service: { kind: 'exponential', meanUs: 3 * S } })],
      workload: [flow({ arrivals: { kind: 'closedLoop', users, thinkTime: { kind: 'exponential', meanUs: 10 * S }, fromUs: 0, toUs: 10 * HOUR } })],
    });
    const log = new RequestLog(what);
    expect(log.mostOpen).toBeLessThanOrEqual(users);
    expect(log.mostOpen).toBeGreaterThan(4);
    const sojournsUs = log.requests.reduce((sum, { submittedUs, endedUs }) => sum + endedUs - submittedUs, 0);
    expect(log.openUs).toBe(sojournsUs);
    // Four slots that are never all idle for long serve close to 4/3 a second.
    const perSecond = log.requests.length / (10 * 3600);
    expect(perSecond).toBeGreaterThan(1.2);
    expect((perSecond * (sojournsUs / log.requests.length / S + 10)) / users).toBeCloseTo(1, 1);
  });

  it('is the machine-repair model: with one slot, N users and exponential times, the slot is busy as long as theory says', () => {
    // Erlang B with load think/service: the machines that run are the busy lines.
    const [users, thinkS, serviceS] = [4, 12, 3];
    let blocked = 1;
    for (let k = 1; k <= users; k++) blocked = ((thinkS / serviceS) * blocked) / (k + (thinkS / serviceS) * blocked);
    const runs = 12;
    const busy = Array.from({ length: runs }, (_, seed) => {
      const what = scenario({
        policy: FIFO,
        accounts: [account({ limit: 1 })],
        endpoints: [endpoint({ service: { kind: 'exponential', meanUs: serviceS * S } })],
        workload: [flow({ arrivals: { kind: 'closedLoop', users, thinkTime: { kind: 'exponential', meanUs: thinkS * S }, fromUs: 0, toUs: 20 * HOUR } })],
      });
      return (new RequestLog(what, seed + 1).requests.length * serviceS) / (20 * 3600);
    });
    const mean = busy.reduce((a, b) => a + b) / runs;
    const deviation = Math.sqrt(busy.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (runs - 1));
    expectWithin(mean, 1 - blocked, deviation / Math.sqrt(runs), 'busy share');
    expect(deviation / Math.sqrt(runs)).toBeLessThan(0.02 * (1 - blocked));
  });

  it('goes on after calls that were refused or timed out', () => {
    const refused = new ClientLog(
      scenario({
        accounts: [account({ limit: 1 })],
        endpoints: [endpoint({ service: { kind: 'constant', us: HOUR } })],
        workload: [flow(), flow({ call: 'run', sdk: 'none', arrivals: closedLoop(1, 20 * S, MINUTE) })],
      }),
    );
    expect(refused.statuses).toEqual([429, 429, 429]);
    const late = new RequestLog(
      scenario({
        accounts: [account({ limit: 1 })],
        endpoints: [endpoint({ service: { kind: 'constant', us: HOUR } })],
        workload: [flow(), flow({ arrivals: closedLoop(1, 20 * S, 2 * MINUTE), startTimeoutUs: 10 * S })],
      }),
    );
    expect(late.outcomes('startTimeout').map(({ submittedUs }) => submittedUs)).toEqual([0, 30 * S, 60 * S, 90 * S]);
  });

  it('with a key that is refused asks again after each think time', () => {
    const log = new ClientLog(
      scenario({
        workload: [flow({ arrivals: closedLoop(1, 20 * S, MINUTE) })],
        steps: [{ do: 'revoke-key', atUs: 1, key: { account: 'acme', key: 'key' } }],
      }),
    );
    expect(log.statuses).toEqual([401, 401]);
  });

  it('stands still for a user whose request is stranded', () => {
    const log = new RequestLog(
      scenario({
        policy: policyOf('fal-939'),
        workload: [flow({ arrivals: closedLoop(1, S) })],
        steps: [{ do: 'revoke-key', atUs: 5 * S, key: { account: 'acme', key: 'key' } }],
      }),
    );
    expect(log.requests).toHaveLength(1);
  });
});

describe('maxVUs', () => {
  it.each(['submit', 'subscribe', 'run'] as const)('lets so many calls of an entry be open at once; the client drops and counts the others (%s)', (call) => {
    const burst = flow({ maxVUs: 3, call, arrivals: { kind: 'burst', count: 10, atUs: 0 } });
    const log = new RequestLog(scenario({ accounts: [account({ limit: 5 })], workload: [burst] }));
    expect(log.requests).toHaveLength(3);
    expect(log.dropped).toBe(7);
  });

  it('is free again when a call ends, whatever its end', () => {
    const every5s = { kind: 'constant', perSecond: 0.2, fromUs: 0, toUs: MINUTE } as const;
    // One slot, 10 s of work: one runs and two wait 12 s at most.
    const log = new RequestLog(
      scenario({ policy: FIFO, accounts: [account({ limit: 1 })], workload: [flow({ maxVUs: 2, arrivals: every5s, startTimeoutUs: 8 * S })] }),
    );
    expect(log.requests.length + log.dropped).toBe(12);
    expect(log.mostOpen).toBe(2);
    expect(log.outcomes('startTimeout').length).toBeGreaterThan(0);
    expect(log.outcomes('ok').length).toBeGreaterThan(4);
  });

  it('bounds the queue: with one account of limit c it makes M/M/c/K, whose loss and mean number theory knows', () => {
    // Loss and mean number in the system of M/M/1/5 at λ = μ: 1/6 and 2.5.
    const runs = 12;
    const logs = Array.from({ length: runs }, (_, seed) => {
      const what = scenario({
        policy: FIFO,
        accounts: [account({ limit: 1 })],
        endpoints: [endpoint({ service: { kind: 'exponential', meanUs: S } })],
        workload: [flow({ maxVUs: 5, arrivals: poisson(1, 8 * HOUR) })],
      });
      const log = new RequestLog(what, seed + 1);
      return { loss: log.dropped / (log.dropped + log.requests.length), inSystem: log.openUs / (8 * HOUR) };
    });
    for (const [measure, exact] of [
      ['loss', 1 / 6],
      ['inSystem', 2.5],
    ] as const) {
      const values = logs.map((log) => log[measure]);
      const mean = values.reduce((a, b) => a + b) / runs;
      const error = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (runs - 1) / runs);
      expectWithin(mean, exact, error, measure);
      expect(error).toBeLessThan(0.02 * exact);
    }
  });

  it('takes nothing from the arrivals that follow: the n-th one has the same service time, dropped or not', () => {
    const what = (maxVUs: number | undefined): Scenario =>
      scenario({
        accounts: [account({ limit: 1000 })],
        endpoints: [endpoint({ service: { kind: 'exponential', meanUs: 10 * S } })],
        workload: [flow({ maxVUs, arrivals: poisson(1, 10 * MINUTE) })],
      });
    const free = new Map(new RequestLog(what(undefined)).requests.map(({ submittedUs, endedUs }) => [submittedUs, endedUs]));
    const bounded = new RequestLog(what(8));
    expect(bounded.dropped).toBeGreaterThan(50);
    for (const { submittedUs, endedUs } of bounded.requests) expect(free.get(submittedUs)).toBe(endedUs);
  });

  it('counts calls, not requests: a run that waits to try again is open', () => {
    const what = scenario({
      accounts: [account({ limit: 1 })],
      endpoints: [endpoint({ service: { kind: 'constant', us: HOUR } })],
      workload: [flow(), flow({ call: 'run', maxVUs: 1, arrivals: { kind: 'constant', perSecond: 1, fromUs: 0, toUs: 2 * S } })],
    });
    expect(new ClientLog(what).calls.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([['gaveUp', 4]]);
    expect(new RequestLog(what).dropped).toBe(1);
  });
});

describe('patience', () => {
  const waiting = (overrides: Partial<FlowSpec>): Scenario =>
    scenario({
      accounts: [account({ limit: 1, keys: ['hog', 'key'] })],
      endpoints: [endpoint({ service: { kind: 'constant', us: 30 * S } })],
      workload: [flow({ as: { account: 'acme', key: 'hog' } }), flow({ patience: { kind: 'constant', us: 7 * S }, ...overrides })],
      policy: FIFO,
    });

  it.each(['submit', 'subscribe'] as const)('a client cancels what is still in the queue when it ends (%s)', (call) => {
    const log = new RequestLog(waiting({ call }));
    expect(log.outcomes('cancelled')).toMatchObject([{ submittedUs: 0, endedUs: 7 * S, startedUs: Number.NaN }]);
    const clients = new ClientLog(waiting({ call })).calls;
    expect(clients).toMatchObject(call === 'submit' ? [] : [{ outcome: 'gaveUp', elapsedUs: 7 * S, attempts: 1 }]);
  });

  it.each(['submit', 'subscribe'] as const)('work that has begun is not cancelled, however long it takes (%s)', (call) => {
    const served = new RequestLog(waiting({ call, patience: { kind: 'constant', us: 31 * S } }));
    expect(served.outcomes('ok').map(({ endedUs }) => endedUs)).toEqual([30 * S, 60 * S]);
    const alone = scenario({ workload: [flow({ call, patience: { kind: 'constant', us: S } })] });
    expect(new RequestLog(alone).outcomes('ok')).toHaveLength(1);
  });

  it('ends with the first start: a request whose runner is lost may wait again', () => {
    // Waits 2 s for a boot, is lost at 3 s, and waits for another boot when its patience would end, at 5 s.
    const what = scenario({
      workload: [flow({ patience: { kind: 'constant', us: 5 * S } })],
      endpoints: [endpoint({ runners: { ...ENDLESS_RUNNERS, max: 1, coldStartUs: 2 * S } })],
      steps: [{ do: 'crash-runner', atUs: 3 * S, endpoint: 'flux', count: 1 }],
    });
    const log = new RequestLog(what);
    expect(log.requests).toMatchObject([{ outcome: 'ok', startedUs: 6 * S }]);
  });

  it('leaves no timer behind that hits a later call of the same place', () => {
    const log = new RequestLog(
      scenario({
        policy: FIFO,
        accounts: [account({ limit: 1 })],
        endpoints: [endpoint({ service: { kind: 'constant', us: 2 * S } })],
        workload: [flow({ patience: { kind: 'constant', us: 5 * S }, arrivals: { kind: 'constant', perSecond: 0.5, fromUs: 0, toUs: HOUR } })],
      }),
    );
    expect(log.outcomes('ok')).toHaveLength(1800);
  });

  it('that is exponential makes Erlang A, whose abandonment theory knows', () => {
    // Birth–death chain: λ = 4.4, c = 4, μ = 1, θ = 0.5 a second.
    const [lambda, servers, theta] = [4.4, 4, 0.5];
    const weights = [1];
    for (let n = 1; n < 400; n++) weights.push((weights[n - 1]! * lambda) / (Math.min(n, servers) + Math.max(0, n - servers) * theta));
    const total = weights.reduce((a, b) => a + b);
    const queue = weights.reduce((sum, weight, n) => sum + (Math.max(0, n - servers) * weight) / total, 0);
    const abandon = (theta * queue) / lambda;
    const runs = 12;
    const shares = Array.from({ length: runs }, (_, seed) => {
      const log = new RequestLog(
        scenario({
          policy: FIFO,
          accounts: [account({ limit: servers })],
          endpoints: [endpoint({ service: { kind: 'exponential', meanUs: S } })],
          workload: [flow({ patience: { kind: 'exponential', meanUs: S / theta }, arrivals: poisson(lambda, 3 * HOUR) })],
        }),
        seed + 1,
      );
      return log.outcomes('cancelled').length / log.requests.length;
    });
    const mean = shares.reduce((a, b) => a + b) / runs;
    const error = Math.sqrt(shares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (runs - 1) / runs);
    expectWithin(mean, abandon, error, 'share that abandons');
    expect(error).toBeLessThan(0.02 * abandon);
  });

  it('breaks no invariant, and frees a virtual user', () => {
    const run = runScenario(waiting({ maxVUs: 2, arrivals: { kind: 'constant', perSecond: 1, fromUs: 0, toUs: MINUTE } }));
    expect(alarms(run)).toEqual([]);
    expect(counter(run, 'requests{outcome:cancelled}').count).toBeGreaterThan(6);
  });
});

describe('failure probability', () => {
  const failing = (failureProbability: number | undefined, overrides: Partial<FlowSpec> = {}): Scenario =>
    scenario({
      accounts: [account({ limit: 1000 })],
      endpoints: [endpoint({ failureProbability, service: { kind: 'exponential', meanUs: S } })],
      workload: [flow({ arrivals: poisson(5, HOUR), ...overrides })],
    });

  it('is the share of requests whose own work ends in an error, within four standard errors', () => {
    const log = new RequestLog(failing(0.1));
    expectWithin(log.outcomes('failed').length / log.requests.length, 0.1, Math.sqrt(0.09 / log.requests.length));
    expect(log.outcomes('ok').length + log.outcomes('failed').length).toBe(log.requests.length);
  });

  it('leaves arrivals and service times alone', () => {
    const times = (log: RequestLog): (readonly number[])[] => log.requests.map(({ submittedUs, endedUs }) => [submittedUs, endedUs]);
    expect(times(new RequestLog(failing(0.3)))).toEqual(times(new RequestLog(failing(undefined))));
  });

  it('fails all at 1, and breaks no invariant', () => {
    const run = runScenario(failing(1));
    expect(counter(run, 'requests{outcome:ok}').count).toBe(0);
    expect(alarms(run)).toEqual([]);
  });

  it.each(['js', 'python', 'python-async', 'none'] as const)('is a 500 of the app, which %s does not try again, and neither does the platform', (sdk) => {
    const what = failing(1, { call: 'run', sdk, arrivals: { kind: 'burst', count: 1, atUs: 0 } });
    expect(new ClientLog(what).calls).toMatchObject([{ outcome: 'failed', attempts: 1 }]);
    const queued = new RequestLog(failing(1, { arrivals: { kind: 'burst', count: 1, atUs: 0 } }));
    expect(queued.requests).toHaveLength(1);
  });

  it('does not hide a lost runner: the JavaScript SDK repeats a request that was lost before it could fail', () => {
    const what = scenario({
      endpoints: [endpoint({ failureProbability: 1 })],
      workload: [flow({ call: 'run', sdk: 'js' })],
      steps: [{ do: 'crash-runner', atUs: 4 * S, endpoint: 'flux', count: 1 }],
    });
    expect(new ClientLog(what).calls).toMatchObject([{ outcome: 'failed', attempts: 2 }]);
  });

  it('stays with the endpoint that has it, row by row of a recording', () => {
    const arrivals: ArrivalSpec = traceSpec({ endpointColumn: 'model' });
    const what = scenario({
      accounts: [account({ limit: 10 })],
      endpoints: [endpoint({ id: 'bad', failureProbability: 1 }), endpoint({ id: 'good' })],
      workload: [flow({ endpoint: undefined, arrivals })],
    });
    const run = runScenario(what, { traceSource: () => ['at,model\n0,bad\n1,good\n2,good\n3,good\n'] });
    expect(counter(run, 'requests{outcome:failed}').count).toBe(1);
    expect(counter(run, 'requests{outcome:ok}').count).toBe(3);
  });
});

describe('cold starts by a law', () => {
  const booting = (seed: number, coldStart: { kind: 'uniform'; minUs: number; maxUs: number }, limit = 200): number[] =>
    new RequestLog(
      scenario({
        accounts: [account({ limit })],
        endpoints: [endpoint({ coldStart, runners: { ...ENDLESS_RUNNERS, max: 200 } })],
        workload: [flow({ arrivals: { kind: 'burst', count: 200, atUs: 0 } })],
      }),
      seed,
    ).requests.map(({ startedUs }) => startedUs);

  it('take each boot its own time, within the law', () => {
    const starts = booting(1, { kind: 'uniform', minUs: 10 * S, maxUs: 30 * S });
    expect(new Set(starts).size).toBeGreaterThan(190);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(10 * S);
    // 200 uniform draws over 20 s: SE of the mean 0.41 s.
    expectWithin(starts.reduce((a, b) => a + b) / 200, 20 * S, (20 * S) / Math.sqrt(12 * 200), 'mean cold start');
  });

  it('are the same with the same seed and others with another', () => {
    const law = { kind: 'uniform', minUs: 10 * S, maxUs: 30 * S } as const;
    expect(booting(1, law)).toEqual(booting(1, law));
    expect(booting(2, law)).not.toEqual(booting(1, law));
  });
});
