import { rootCertificates } from 'node:tls';

/** Node takes a given authority instead of its own list: whoever trusts one more must name them all. @param ca PEM */
export function withUsualAuthorities(ca: string): string[] {
  return [...rootCertificates, ca];
}
