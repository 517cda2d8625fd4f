/** The parts of the platform and the links between them: the vocabulary of faults. Numbers are part of the hash: append, never renumber. */

/** What can be down on its own. */
export const Part = { gateway: 1, dispatcher: 2, store: 3, runner: 4, keys: 5 } as const;
export type Part = (typeof Part)[keyof typeof Part];
export type PartName = keyof typeof Part;

/** One way each: the way back is another link, so a partition can be one-sided. */
export const Link = {
  'gateway-dispatcher': 1,
  'dispatcher-store': 2,
  'store-dispatcher': 3,
  'dispatcher-runner': 4,
  'runner-dispatcher': 5,
  'runner-store': 6,
  'store-runner': 7,
  'keys-gateway': 8,
} as const;
export type Link = (typeof Link)[keyof typeof Link];
export type LinkName = keyof typeof Link;

/** What the parts tell each other. */
export const Message = {
  /** An accepted request goes to the queue. */
  enqueue: 1,
  /** A caller's cancel. */
  cancel: 2,
  /** May this request have a slot? */
  acquire: 3,
  /** It has one. */
  grant: 4,
  /** Here it is back. */
  release: 5,
  /** A slot is free. */
  wake: 6,
  /** A lease was not renewed in time. */
  expired: 7,
  /** Begin to work. */
  start: 8,
  /** Stop working. */
  stop: 9,
  /** The work has ended, whichever way. */
  done: 10,
  /** Still at it. */
  renew: 11,
  /** Noted. */
  renewed: 12,
  /** A key is not to be accepted any more. */
  revoked: 13,
} as const;
export type Message = (typeof Message)[keyof typeof Message];
export type MessageName = keyof typeof Message;

/** Which link a message takes, and which part it is for. */
export const ROUTES: Readonly<Record<Message, { readonly link: Link; readonly from: Part; readonly to: Part }>> = {
  [Message.enqueue]: { link: Link['gateway-dispatcher'], from: Part.gateway, to: Part.dispatcher },
  [Message.cancel]: { link: Link['gateway-dispatcher'], from: Part.gateway, to: Part.dispatcher },
  [Message.acquire]: { link: Link['dispatcher-store'], from: Part.dispatcher, to: Part.store },
  [Message.grant]: { link: Link['store-dispatcher'], from: Part.store, to: Part.dispatcher },
  [Message.release]: { link: Link['dispatcher-store'], from: Part.dispatcher, to: Part.store },
  [Message.wake]: { link: Link['store-dispatcher'], from: Part.store, to: Part.dispatcher },
  [Message.expired]: { link: Link['store-dispatcher'], from: Part.store, to: Part.dispatcher },
  [Message.start]: { link: Link['dispatcher-runner'], from: Part.dispatcher, to: Part.runner },
  [Message.stop]: { link: Link['dispatcher-runner'], from: Part.dispatcher, to: Part.runner },
  [Message.done]: { link: Link['runner-dispatcher'], from: Part.runner, to: Part.dispatcher },
  [Message.renew]: { link: Link['runner-store'], from: Part.runner, to: Part.store },
  [Message.renewed]: { link: Link['store-runner'], from: Part.store, to: Part.runner },
  [Message.revoked]: { link: Link['keys-gateway'], from: Part.keys, to: Part.gateway },
};

/** Between which two steps a part can be made to crash; its name says which part it is. */
export const CrashPoint = {
  /** Gateway: the request is accepted, but not in the queue. */
  'accept-enqueue': 1,
  /** Dispatcher: the request is off the queue, but has asked for no slot. */
  'dequeue-acquire': 2,
  /** Dispatcher: a slot is granted, but nothing was sent to a runner. */
  'acquire-dispatch': 3,
  /** Dispatcher: the work has ended, but its slot was not given back. */
  'done-release': 4,
  /** Dispatcher: the slot was given back, but the request has not ended. */
  'release-end': 5,
  /** Store: the grant is written, but nobody was told. */
  'grant-reply': 6,
  /** Store: the slot is free, but nobody was woken. */
  'release-wake': 7,
  /** Runner: the work is done, but nobody was told. */
  'work-done': 8,
  /** Key service: the revocation is written, but no gateway was told. */
  'revoke-publish': 9,
} as const;
export type CrashPoint = (typeof CrashPoint)[keyof typeof CrashPoint];
export type CrashPointName = keyof typeof CrashPoint;

export const PART_OF_POINT: Readonly<Record<CrashPoint, Part>> = {
  [CrashPoint['accept-enqueue']]: Part.gateway,
  [CrashPoint['dequeue-acquire']]: Part.dispatcher,
  [CrashPoint['acquire-dispatch']]: Part.dispatcher,
  [CrashPoint['done-release']]: Part.dispatcher,
  [CrashPoint['release-end']]: Part.dispatcher,
  [CrashPoint['grant-reply']]: Part.store,
  [CrashPoint['release-wake']]: Part.store,
  [CrashPoint['work-done']]: Part.runner,
  [CrashPoint['revoke-publish']]: Part.keys,
};
