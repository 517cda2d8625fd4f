import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitTrace } from '../../../src/fit/fit-trace.js';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { loadOfTrace, type TraceLoad, type TraceLoadOptions } from '../../../src/plan/trace/load-from-trace.js';
import { answerPieces, enoughText, piecesOf } from '../../../src/plan/trace/pieces.js';
import { traceSpecOf } from '../../../src/plan/trace/trace-options.js';
import { columnsOfTrace, keepingTraces } from '../../../src/sim/trace.js';

/** A folder with recordings that are not part of this repository. */
const DATA = process.env['RECORDED_TRAFFIC'];

const SLO = new Slos(['p(95) < 5s']);

function loadOf(options: TraceLoadOptions): TraceLoad {
  return loadOfTrace(
    options,
    SLO,
    keepingTraces((file) => [readFileSync(join(DATA as string, file), 'utf8')]),
  );
}

const planningOf = (load: TraceLoad): SimulatedPlanning => new SimulatedPlanning({ load, slos: SLO, simulator: new SimulatorHere(load.source), seed: 1 });

const IMAGES: TraceLoadOptions = {
  file: 'gentd26-image-requests.csv',
  arrivalColumn: 'gmt_create',
  serviceColumn: 'exec_time_seconds',
  where: { predict_status: ['SUCCEED'] },
};

const TOKENS: TraceLoadOptions = {
  file: 'azure-llm-2023-code.csv',
  arrivalColumn: 'TIMESTAMP',
  serviceColumn: 'GeneratedTokens',
  serviceUnit: '20ms',
  serviceOffset: '200ms',
};

/** Hundreds of runs of tens of thousands of requests, on whatever machine. */
const PATIENCE = { timeout: 120_000 };

describe.skipIf(DATA === undefined)('recorded traffic of a production service (RECORDED_TRAFFIC)', PATIENCE, () => {
  it('23 days of image requests: p95 wait below 5 s needs a limit of 5, with one less it is missed', async () => {
    const load = loadOf(IMAGES);
    expect(load.facts.trace).toMatchObject({
      rows: 26_823,
      used: 26_392,
      peakInFlight: 22,
      skipped: [{ reason: '"predict_status" is not SUCCEED', count: 431 }],
    });
    const planning = planningOf(load);
    const answer = await planning.smallestLimit({});
    expect(answer).toMatchObject({ limit: 5, exceptions: [] });
    expect(answer.evidence.find(({ limit }) => limit === 4)?.verdict).toBe('fail');
    expect(await planning.smallestLimit({ ghosts: 6 })).toMatchObject({ limit: 11 });
  });

  it('day by day: that limit is enough on 20 of 24', async () => {
    const days = await answerPieces(piecesOf(loadOf(IMAGES), 'day'), planningOf);
    expect(enoughText(days, 5, 'days')).toBe(
      'limit 5 is enough on 20 of 24 days; it is not on 2024-12-03 (6), 2024-12-04 (6), 2024-12-05 (6), 2024-12-06 (13)',
    );
  });

  it('each of its tenants for itself: a limit of 2', async () => {
    const load = loadOf({ ...IMAGES, tenantColumn: 'groupId' });
    expect(load.facts.trace?.tenants).toBe(4_240);
    expect(await planningOf(load).smallestLimit({})).toMatchObject({ limit: 2 });
  });

  it('an hour of code completion, 20 ms a token and 200 ms on top: a limit of 14', async () => {
    const load = loadOf(TOKENS);
    expect(load.facts.offeredSlots).toBeCloseTo(1.944, 3);
    expect(await planningOf(load).smallestLimit({})).toMatchObject({ limit: 14 });
  });

  it.each([
    ['image requests', IMAGES],
    ['code completion', TOKENS],
  ])('fitted, only the rate as it was recorded may stand for the %s', (_name, options) => {
    const source = keepingTraces((file) => [readFileSync(join(DATA as string, file), 'utf8')]);
    const { arrivalModels, chosen, checks } = fitTrace({ file: options.file, columns: columnsOfTrace(traceSpecOf(options, source), source), hasService: true });
    expect(arrivalModels[chosen.arrivals]?.model).toBe('recordedRate');
    expect(checks?.filter(({ verdict }) => verdict !== 'alike')).toEqual([]);
  });
});
