import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, element, implicit, integer, numbered, objectId, octets, pem, sequence, time, utf8, yes } from './der.js';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Some clients refuse what is valid for longer than 398 days, from authorities of one's own too. */
const SERVER_DAYS = 90;
const AUTHORITY_NAME = 'slotstorm local authority';

const LOOPBACK = [Buffer.from([127, 0, 0, 1]), Buffer.concat([Buffer.alloc(15), Buffer.from([1])])];
/** What a server is reached by: this machine, and the hosts that clients believe they call. */
const SERVER_NAMES = ['localhost', '*.localhost', 'fal.run', '*.fal.run', 'rest.fal.ai', '*.fal.ai', 'v3.fal.media'];
/** Each with all names below it. */
const PERMITTED_NAMES = ['localhost', 'fal.run', 'fal.ai', 'fal.media'];

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
/** Tags of a GeneralName. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** A certificate and its private key, both PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

interface CertificateTerms {
  readonly subject: string;
  readonly subjectKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly nowMs: number;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

/**
 * Makes an authority that signs for this machine and fal's host names and nothing else: whoever trusts it trusts it for
 * these only, so that its key on a disk opens no other site.
 * @param nowMs ms since 1970
 */
export function makeAuthority(nowMs: number): CertifiedKey {
  const keys = keyPair();
  const extensions = [
    extension('2.5.29.19', true, sequence(yes(), integer(Buffer.from([0])))),
    extension('2.5.29.15', true, bits(Buffer.from([0b0000_0110]), 1)),
    extension('2.5.29.30', true, permittedNames()),
    extension('2.5.29.14', false, octets(keyId(keys.public))),
  ];
  return {
    cert: certificate({ subject: AUTHORITY_NAME, subjectKey: keys.public, issuerKey: keys.private, nowMs, days: AUTHORITY_DAYS, extensions }),
    key: keys.pem,
  };
}

/** Makes a server certificate that the authority signs. */
export function makeServerCertificate(authority: CertifiedKey, nowMs: number): CertifiedKey {
  const keys = keyPair();
  const issuerKey = createPrivateKey(authority.key);
  const extensions = [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
    extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...SERVER_NAMES.map(dnsName), ...LOOPBACK.map((address) => implicit(IP_ADDRESS, address)))),
    extension('2.5.29.14', false, octets(keyId(keys.public))),
    extension('2.5.29.35', false, sequence(implicit(0, keyId(createPublicKey(issuerKey))))),
  ];
  return { cert: certificate({ subject: 'slotstorm emulator', subjectKey: keys.public, issuerKey, nowMs, days: SERVER_DAYS, extensions }), key: keys.pem };
}

/** RFC 5280, section 4.1. Valid from an hour ago: clocks of containers differ a little. */
function certificate({ subject, subjectKey, issuerKey, nowMs, days, extensions }: CertificateTerms): string {
  const content = sequence(
    numbered(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    commonName(AUTHORITY_NAME),
    sequence(time(nowMs - 3_600_000), time(nowMs + days * DAY_MS)),
    commonName(subject),
    subjectKey.export({ type: 'spki', format: 'der' }),
    numbered(3, sequence(...extensions)),
  );
  return pem('CERTIFICATE', sequence(content, ECDSA_WITH_SHA256, bits(sign('sha256', content, issuerKey))));
}

function extension(id: string, isCritical: boolean, value: Uint8Array): Buffer {
  return isCritical ? sequence(objectId(id), yes(), octets(value)) : sequence(objectId(id), octets(value));
}

function permittedNames(): Buffer {
  const names = PERMITTED_NAMES.map((name) => sequence(dnsName(name)));
  const addresses = LOOPBACK.map((address) => sequence(implicit(IP_ADDRESS, Buffer.concat([address, Buffer.alloc(address.length, 255)]))));
  return sequence(numbered(0, ...names, ...addresses));
}

function dnsName(name: string): Buffer {
  return implicit(DNS_NAME, Buffer.from(name, 'ascii'));
}

function commonName(name: string): Buffer {
  return sequence(element(0x31, sequence(objectId('2.5.4.3'), utf8(name))));
}

function keyPair(): { readonly public: KeyObject; readonly private: KeyObject; readonly pem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { public: publicKey, private: privateKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Names a key: SHA-1 as RFC 5280 has it. It protects nothing. */
function keyId(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return createHash('sha1').update(point).digest();
}

/** Positive, and written without padding: the first byte is 0x40 to 0x7f. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
