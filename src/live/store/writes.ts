import type { StoredAccount, StoredDelivery, StoredEnd, StoredFile, StoredKey, StoredRequest, StoredUsageDay } from './ledger.js';

/** Something that waits to be put on disk. Requests go by their ordinal, which is where their rows lie. */
export type Write =
  | { readonly kind: 'accepted'; readonly request: StoredRequest }
  | { readonly kind: 'started'; readonly ordinal: number; readonly attempt: number; readonly atUs: number }
  | { readonly kind: 'cancelRequested'; readonly ordinal: number }
  | { readonly kind: 'ended'; readonly ordinal: number; readonly end: StoredEnd }
  | { readonly kind: 'payloadMarked'; readonly ordinal: number }
  | { readonly kind: 'payloadDeleted'; readonly ordinal: number }
  | { readonly kind: 'forgotten'; readonly ordinal: number }
  | { readonly kind: 'account'; readonly account: StoredAccount }
  | { readonly kind: 'key'; readonly key: StoredKey }
  | { readonly kind: 'usage'; readonly day: StoredUsageDay }
  | { readonly kind: 'file'; readonly file: StoredFile }
  | { readonly kind: 'delivery'; readonly delivery: StoredDelivery }
  | { readonly kind: 'delivered'; readonly requestId: string }
  | { readonly kind: 'signingKey'; readonly pem: string };
