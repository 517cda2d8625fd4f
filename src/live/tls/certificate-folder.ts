import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../reasons.js';
import { type CertifiedKey, makeAuthority, makeServerCertificate } from './local-authority.js';

const DAY_MS = 86_400_000;
/** A server that starts with less than this left gets a new certificate. */
const RENEWED_DAYS = 14;

/** What a TLS listener is given: PEM texts, named as `node:tls` names them. */
export interface ServerCertificate extends CertifiedKey {
  /** The authority that clients must be told to trust. undefined: one they trust already, or nobody has said. */
  readonly caFile: string | undefined;
  /** When it ends to be valid, ms since 1970. */
  readonly expiresMs: number;
}

/** A certificate cannot be read, is over, or does not fit its key. The message says which and what to do. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/**
 * The server certificate of a folder, with the authority that signed it: both are made the first time, the server's again
 * when it is about to expire. Several emulators may share a folder: they get the same authority.
 * @param folder made when it is not there, readable by its owner only
 * @param nowMs ms since 1970
 * @throws CertificateError
 */
export function openCertificateFolder(folder: string, nowMs = Date.now()): ServerCertificate {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openPairs(folder, nowMs);
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw new CertificateError(
      `expected to keep certificates in the folder ${JSON.stringify(folder)}: ${reasonOf(error)}; name one that can be written to (--tls-folder)`,
    );
  }
}

/**
 * A certificate of the user's own.
 * @param files paths of PEM files; `ca`: what clients are told to trust
 * @throws CertificateError
 */
export function readCertificate(
  files: { readonly cert: string; readonly key: string; readonly ca?: string | undefined },
  nowMs = Date.now(),
): ServerCertificate {
  const pair = { cert: readPem(files.cert), key: readPem(files.key) };
  const problem = pairProblem(pair, nowMs);
  if (problem !== undefined) throw new CertificateError(`${files.cert}: ${problem}`);
  return { ...pair, caFile: files.ca, expiresMs: expiryMs(pair.cert) };
}

function openPairs(folder: string, nowMs: number): ServerCertificate {
  const untilMs = nowMs + RENEWED_DAYS * DAY_MS;
  const caFile = join(folder, 'ca.pem');
  const authority = openAuthority(join(folder, 'authority.pem'), untilMs, nowMs);
  if (!existsSync(caFile) || readPem(caFile) !== authority.cert) replace(caFile, authority.cert);
  const server = openServer(join(folder, 'server.pem'), authority, untilMs, nowMs);
  return { ...server, caFile, expiresMs: expiryMs(server.cert) };
}

function openAuthority(file: string, untilMs: number, nowMs: number): CertifiedKey {
  const stored = readPair(file, untilMs);
  if (stored !== undefined) return stored;
  rmSync(file, { force: true });
  const made = makeAuthority(nowMs);
  if (writeFirst(file, made.key + made.cert)) return made;
  // Another emulator was quicker.
  return readPair(file, untilMs) ?? made;
}

function openServer(file: string, authority: CertifiedKey, untilMs: number, nowMs: number): CertifiedKey {
  const stored = readPair(file, untilMs);
  if (stored !== undefined && isIssuedBy(stored.cert, authority.cert)) return stored;
  const made = makeServerCertificate(authority, nowMs);
  replace(file, made.key + made.cert);
  return made;
}

/** What a stored pair is worth: undefined when it is to be made again. */
function readPair(file: string, untilMs: number): CertifiedKey | undefined {
  if (!existsSync(file)) return undefined;
  const [, key = '', cert = ''] = /^(-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n)([\s\S]+)$/.exec(readPem(file)) ?? [];
  const pair = { cert, key };
  return pairProblem(pair, untilMs) === undefined ? pair : undefined;
}

/** @returns false: the file was there already */
function writeFirst(file: string, text: string): boolean {
  const draft = writeDraft(file, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whole or not at all: an emulator that starts beside this one must not read half a key. */
function replace(file: string, text: string): void {
  renameSync(writeDraft(file, text), file);
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.${process.pid}.${Math.floor(Math.random() * 1e9)}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  return draft;
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CertificateError(`expected a PEM file ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}

function pairProblem({ cert, key }: CertifiedKey, untilMs: number): string | undefined {
  try {
    const certificate = new X509Certificate(cert);
    if (Date.parse(certificate.validTo) <= untilMs) return `the certificate is valid until ${certificate.validTo} only. Give a newer one`;
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return 'the certificate belongs to another key. Give the key that it was made for';
    return undefined;
  } catch (error) {
    return `expected a certificate and a private key in PEM: ${reasonOf(error)}`;
  }
}

function isIssuedBy(cert: string, issuer: string): boolean {
  const authority = new X509Certificate(issuer);
  const certificate = new X509Certificate(cert);
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function expiryMs(cert: string): number {
  return Date.parse(new X509Certificate(cert).validTo);
}
