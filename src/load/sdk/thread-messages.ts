import type { LoadOrder } from '../driver.js';
import type { FromChild } from '../process/messages.js';
import type { Share } from './sdk-share.js';

/** What a thread is started with. */
export interface SdkThreadData {
  readonly order: LoadOrder;
  readonly share: Share;
}

export type ToThread = { readonly kind: 'start'; readonly epochMs: number } | { readonly kind: 'stop' };

/** A thread tells its load process what that tells its parent. */
export type FromThread = FromChild;
