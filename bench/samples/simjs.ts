import { createRequire } from 'node:module';
import { MMC_LOAD, MMC_SERVERS } from '../loads.js';
import { countArgument, measureAndPrint } from '../sample.js';

/**
 * M/M/40 with npm simjs. `one`: one entity stands for all customers, the fastest way that was found. `each`: every customer is
 * an entity of its own, as a model has it whose customers have names. Usage: node simjs.js CUSTOMERS one|each
 */

interface SimRequest {
  done(callback: (...values: number[]) => void, context?: object, values?: number | number[]): SimRequest;
}
interface SimFacility {
  readonly name: string;
}
interface SimClock {
  simulate(untilSeconds: number): void;
  addEntity(entity: new (...values: never[]) => object): object;
}
interface SimEntity {
  time(): number;
  setTimer(seconds: number): SimRequest;
  useFacility(facility: SimFacility, seconds: number): SimRequest;
}
interface SimLibrary {
  Sim: new () => SimClock;
  Entity: new (...values: never[]) => SimEntity;
  Facility: new (name: string, discipline: number, servers: number) => SimFacility;
  Random: new (seed: number) => { exponential(rate: number): number };
}

// The bundle fills `window.Sim` and exports nothing.
const browser: { Sim?: SimLibrary } = {};
(globalThis as { window?: unknown }).window = browser;
const require = createRequire(import.meta.url);
require('simjs');
const library = browser.Sim;
if (library === undefined) throw new Error('simjs 2.0.3 was expected to fill window.Sim');

const SERVICE_RATE = 1 / 5;
const ARRIVAL_RATE = MMC_LOAD * MMC_SERVERS * SERVICE_RATE;
const FIRST_COME_FIRST_SERVED = 1;
const customers = countArgument(2, 'customers');
const clock = new library.Sim();
const random = new library.Random(1);
const servers = new library.Facility('servers', FIRST_COME_FIRST_SERVED, MMC_SERVERS);
const histogram = new Uint32Array(8192);
let came = 0;
let went = 0;
let waitSumUs = 0;

/** Log-linear buckets, as in the reference loops. */
function recordWait(waitedUs: number): void {
  const shift = Math.max(0, 24 - Math.clz32(waitedUs));
  const bucket = (shift << 7) + (waitedUs >> shift);
  histogram[bucket] = (histogram[bucket] as number) + 1;
  waitSumUs += waitedUs;
}

class Source extends library.Entity {
  start(): void {
    this.setTimer(random.exponential(ARRIVAL_RATE)).done(this.arrive, this);
  }

  arrive(): void {
    came++;
    this.admit();
    if (came < customers) this.start();
  }

  admit(): void {
    const seconds = random.exponential(SERVICE_RATE);
    this.useFacility(servers, seconds).done(this.leave, this, [this.time(), seconds]);
  }

  leave(cameAt: number, seconds: number): void {
    went++;
    recordWait(Math.max(0, Math.round((this.time() - cameAt - seconds) * 1e6)));
  }
}

class Customer extends library.Entity {
  private cameAt = 0;
  private seconds = 0;

  start(): void {
    this.cameAt = this.time();
    this.seconds = random.exponential(SERVICE_RATE);
    this.useFacility(servers, this.seconds).done(this.leave, this);
  }

  leave(): void {
    went++;
    recordWait(Math.max(0, Math.round((this.time() - this.cameAt - this.seconds) * 1e6)));
  }
}

class SourceOfEntities extends Source {
  override admit(): void {
    clock.addEntity(Customer);
  }
}

const sources = { one: Source, each: SourceOfEntities };
const source = sources[process.argv[3] as keyof typeof sources];
if (source === undefined) throw new Error(`expected one or each, got ${process.argv[3] ?? 'nothing'}`);
clock.addEntity(source);
measureAndPrint(() => {
  clock.simulate(Number.POSITIVE_INFINITY);
  if (went !== customers) throw new Error(`${customers} customers came, ${went} went`);
  return { work: customers, meanWaitUs: Math.round(waitSumUs / customers) };
});
