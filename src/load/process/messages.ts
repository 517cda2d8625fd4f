import type { CallRecord } from '../../measure/client-calls.js';
import type { DriverName } from '../driver.js';
import type { ShooterOrder, ShotReport } from '../shooter.js';

/** Whose calls something was about. */
export type Traffic = Pick<CallRecord, 'account' | 'key' | 'endpoint' | 'mode'>;

/** How often something happened to calls of one kind. */
export interface TrafficCount {
  readonly traffic: Traffic;
  readonly count: number;
}

/** What a load process is told. Keys go this way, and no other. */
export type ToChild =
  | { readonly kind: 'prepare'; readonly driver: DriverName; readonly order: ShooterOrder }
  | { readonly kind: 'start'; readonly epochMs: number }
  | { readonly kind: 'stop' };

/** What a load process tells. Counts are those since the message before. */
export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly calls: readonly CallRecord[]; readonly dropped: readonly TrafficCount[]; readonly zombiePolls: readonly TrafficCount[] }
  | { readonly kind: 'done'; readonly report: ShotReport }
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: 104 | 107 };
