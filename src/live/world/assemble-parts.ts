import { US_PER_DAY, US_PER_MS } from '../../core/time.js';
import type { Scenario } from '../../scenario/types.js';
import { LiveDriver } from '../driver/live-driver.js';
import { LivePlatform } from '../driver/live-platform.js';
import { AccountBook } from './account-book.js';
import { ChangeBell } from './change-bell.js';
import { Demand } from './demand.js';
import { EndpointDirectory } from './endpoint-directory.js';
import { KeyBook } from './key-book.js';
import { PlatformReader } from './platform-reader.js';
import { RequestBook } from './request-book.js';
import type { RequestLife } from './request-life.js';
import { Telling } from './telling.js';
import type { WorldOptions } from './world-options.js';
import type { WorldParts } from './world-parts.js';

/** Where a world begins: anew, or where it stood before a restart. */
export interface WorldStart {
  readonly scenario: Scenario;
  readonly startUs: number;
  /** What the scenario does after this was not done yet, µs; undefined: everything from `startUs` on. */
  readonly stepsDoneUs: number | undefined;
  readonly originMs: number;
  readonly life: RequestLife;
}

/** What the parts ask of their world. */
export interface WorldDoors extends Pick<WorldParts, 'apply' | 'act'> {
  /** The platform has moved. */
  afterTurn(): void;
}

/** Makes the parts of a world and joins them. */
export function assembleParts(options: WorldOptions, { scenario, startUs, stepsDoneUs, originMs, life }: WorldStart, doors: WorldDoors): WorldParts {
  const { seed, wall, ledger, models, traceSource, reader: alsoReads, limiter, speed, run } = options;
  const { apply, act } = doors;
  const bell = new ChangeBell(wall);
  const reader = new PlatformReader(life, bell);
  const timeOfDayUs = (originMs * US_PER_MS) % US_PER_DAY;
  const platformRun = new LivePlatform({ scenario, seed, startUs, stepsDoneUs, timeOfDayUs, traceSource, reader: alsoReads, limiter, run }, reader);
  const { stage } = platformRun;
  const clock = new LiveDriver(platformRun, {
    speed,
    originMs,
    wall,
    isHeld: options.holdsClock,
    afterTurn: () => doors.afterTurn(),
    onFailure: options.onFailure,
  });
  const keyHost = {
    nowUs: () => clock.nowUs(),
    openKey: (account: string, name: string) => {
      act({ op: 'open-key', account, name });
      return stage.key(account, name);
    },
    revokeKey: (key: { number: number }) => act({ op: 'revoke-key', key: key.number }),
  };
  return {
    clock,
    platformRun,
    reader,
    bell,
    ledger,
    models,
    apply,
    act,
    handlerThrew: (requestId, message) => options.onHandlerThrew?.(requestId, message),
    book: new RequestBook(ledger),
    directory: new EndpointDirectory(scenario, stage, (id) => apply({ op: 'open-endpoint', endpoint: id })),
    demand: new Demand(seed, stage),
    accounts: new AccountBook(stage, ledger, scenario.platform.policy.pricePerRequestUsd),
    keys: new KeyBook(keyHost, ledger),
    telling: new Telling(bell),
  };
}
