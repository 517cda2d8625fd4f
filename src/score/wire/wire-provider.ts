import type { Target } from '../../load/target/target.js';

/** Somebody's API that is to be tried over HTTP: an emulator with a profile's policy, or a live server. */
export interface WireProvider {
  readonly target: Target;
  /** Whose slots are looked at. */
  readonly account: string;
  /** `id:secret` of the key that calls are made with. */
  readonly credentials: string;
  /** Of whoever may make and revoke keys of the account; undefined: nobody is known. */
  readonly admin: string | undefined;
  /** Whether `admin` administers all accounts, and has to say which. */
  readonly isOperator: boolean;
  /** A model whose work ends, and how long it takes; undefined: not known. */
  readonly quick: { readonly endpoint: string; readonly seconds: number | undefined };
  /** A model that works until it is cancelled, or the same one where there is none. */
  readonly slow: string;
  /** What is sent to both. */
  readonly input: unknown;
  /** How many times as fast as the wall clock its time passes. */
  readonly speed: number;
  /** Moves its time on by so many seconds, where it stands still otherwise; undefined: it passes by itself. */
  readonly advance?: ((seconds: number) => void) | undefined;
  /** Whether it was started for these experiments, so that all of it may be broken. */
  readonly isOwn: boolean;
  /** What a success costs, where that is known. US dollars */
  readonly usdPerRequest: number | undefined;
}
