import { FIRST_OF_WORLD } from '../core/event-keys.js';

/** Calendar events of the world around the platform. */
export const WorldEvent = {
  arrival: FIRST_OF_WORLD,
  clientRetry: FIRST_OF_WORLD + 1,
  clientPoll: FIRST_OF_WORLD + 2,
  clientTimeout: FIRST_OF_WORLD + 3,
  step: FIRST_OF_WORLD + 4,
  recovery: FIRST_OF_WORLD + 5,
  end: FIRST_OF_WORLD + 6,
  snapshot: FIRST_OF_WORLD + 7,
  clientPatience: FIRST_OF_WORLD + 8,
  faultOver: FIRST_OF_WORLD + 9,
} as const;
