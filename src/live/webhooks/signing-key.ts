import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Ledger } from '../store/ledger.js';

/** The public half, as JWKS shows it. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** base64url. */
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** What webhooks are signed with: Ed25519, one key for each ledger. */
export class SigningKey {
  readonly jwk: PublicJwk;
  readonly #private: KeyObject;

  private constructor(privateKey: KeyObject) {
    this.#private = privateKey;
    const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
    const kid = createHash('sha256').update(x).digest('hex').slice(0, 16);
    this.jwk = { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' };
  }

  static make(): { readonly key: SigningKey; readonly pem: string } {
    const { privateKey } = generateKeyPairSync('ed25519');
    return { key: new SigningKey(privateKey), pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  /** @throws Error when the text is no Ed25519 key: the store is damaged */
  static read(pem: string): SigningKey {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`the signing key of the store must be Ed25519, not ${privateKey.asymmetricKeyType}`);
    return new SigningKey(privateKey);
  }

  /** @returns the signature in hex */
  sign(message: string): string {
    return sign(null, Buffer.from(message), this.#private).toString('hex');
  }
}

const keys = new WeakMap<Ledger, SigningKey>();

/**
 * The signing key of a ledger, made when there is none yet.
 * @param stored what the ledger holds, where that is known already; else the ledger is asked
 */
export function signingKeyOf(ledger: Ledger, stored?: string | null): SigningKey {
  const known = keys.get(ledger);
  if (known !== undefined) return known;
  const key = openKey(ledger, stored === undefined ? ledger.load().signingKey : stored);
  keys.set(ledger, key);
  return key;
}

function openKey(ledger: Ledger, pem: string | null): SigningKey {
  if (pem !== null) return SigningKey.read(pem);
  const made = SigningKey.make();
  ledger.signingKey(made.pem);
  return made.key;
}
