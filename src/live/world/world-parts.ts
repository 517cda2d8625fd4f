import type { Rejected } from '../../core/errors.js';
import type { LiveInput } from '../driver/inputs.js';
import type { LiveDriver } from '../driver/live-driver.js';
import type { LivePlatform } from '../driver/live-platform.js';
import type { ModelShelf } from '../models/model.js';
import type { Ledger } from '../store/ledger.js';
import type { AccountBook } from './account-book.js';
import type { ChangeBell } from './change-bell.js';
import type { Demand } from './demand.js';
import type { EndpointDirectory } from './endpoint-directory.js';
import type { KeyBook } from './key-book.js';
import type { PlatformReader } from './platform-reader.js';
import type { RequestBook } from './request-book.js';
import type { Telling } from './telling.js';

/** What the parts of a world share. */
export interface WorldParts {
  readonly clock: LiveDriver;
  readonly platformRun: LivePlatform;
  readonly reader: PlatformReader;
  readonly book: RequestBook;
  readonly directory: EndpointDirectory;
  readonly demand: Demand;
  readonly accounts: AccountBook;
  readonly keys: KeyBook;
  readonly models: ModelShelf;
  readonly ledger: Ledger;
  readonly bell: ChangeBell;
  readonly telling: Telling;
  /** A user's handler threw: whoever runs the emulator is told. */
  handlerThrew(requestId: string, message: string): void;
  /** Does one thing to the platform, within a turn of the clock. @returns why it was refused, or 0 */
  apply(input: LiveInput): Rejected | 0;
  /** The same, with a turn of its own. */
  act(input: LiveInput): void;
}
