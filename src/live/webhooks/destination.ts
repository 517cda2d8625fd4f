import { BlockList, isIP } from 'node:net';

/** Longer ones are refused: they would only fill the store. */
const MOST_CHARACTERS = 2048;

/** Never a receiver: unspecified, link-local and with it the metadata services of clouds, multicast, reserved. */
const NEVER = blockList(
  ['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.88.99.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ['::/96', '100::/64', '2001::/32', '64:ff9b:1::/48', 'fe80::/10', 'fec0::/10', 'ff00::/8', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
);

/** Networks that are nobody's on the internet: somebody's own. */
const PRIVATE = blockList(
  ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ['fc00::/7', '2001:db8::/32'],
);

const LOOPBACK = blockList(['127.0.0.0/8'], ['::1/128']);

/** Where an IPv6 address carries an IPv4 one, and from which of its eight groups on: translated, NAT64, 6to4. */
const CARRIERS: readonly { readonly range: BlockList; readonly group: number }[] = [
  { range: blockList([], ['::ffff:0:0:0/96']), group: 6 },
  { range: blockList([], ['64:ff9b::/96']), group: 6 },
  { range: blockList([], ['2002::/16']), group: 1 },
];

/**
 * What is wrong with a webhook's address, as far as its text tells; names are resolved, and their addresses checked, when
 * a delivery connects.
 * @returns for people: what was expected and what came. undefined: nothing
 */
export function webhookProblem(url: string, allowsPrivate = false): string | undefined {
  if (url.length > MOST_CHARACTERS) return `fal_webhook must have at most ${MOST_CHARACTERS} characters, but it has ${url.length}`;
  if (!URL.canParse(url)) return 'fal_webhook must be an absolute http or https address';
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return `fal_webhook must be an http or https address, not ${JSON.stringify(protocol)}`;
  if (username !== '' || password !== '') return 'fal_webhook must not carry a user name or password';
  const address = unbracketed(hostname);
  return isIP(address) === 0 ? undefined : addressProblem(address, allowsPrivate);
}

/**
 * Why nothing may be sent to an IP address. Loopback is always allowed: this is an emulator, and its receivers run beside it.
 * @param allowsPrivate whether private networks are allowed too. Link-local, multicast and reserved ones never are
 */
export function addressProblem(address: string, allowsPrivate: boolean): string | undefined {
  const plain = address.split('%')[0] ?? '';
  const family = isIP(plain);
  if (family === 0) return 'the receiver has no IP address';
  if (family === 4) return rangeProblem(plain, 'ipv4', allowsPrivate);
  const carried = carriedAddress(plain);
  return carried === undefined ? rangeProblem(plain, 'ipv6', allowsPrivate) : rangeProblem(carried, 'ipv4', allowsPrivate);
}

/** The host of an address as sockets want it: without the brackets of IPv6. */
export function unbracketed(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function rangeProblem(address: string, family: 'ipv4' | 'ipv6', allowsPrivate: boolean): string | undefined {
  if (LOOPBACK.check(address, family)) return undefined;
  if (NEVER.check(address, family)) return 'webhooks do not go to link-local, multicast or reserved addresses';
  if (PRIVATE.check(address, family) && !allowsPrivate) return 'webhooks do not go to private addresses other than loopback';
  return undefined;
}

/** The IPv4 address inside an IPv6 one; undefined: there is none. */
function carriedAddress(address: string): string | undefined {
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return dotted(groups[6], groups[7]);
  for (const { range, group } of CARRIERS) if (range.check(address, 'ipv6')) return dotted(groups[group], groups[group + 1]);
  return undefined;
}

/** The eight groups of an IPv6 address, as the URL parser writes them out. */
function groupsOf(address: string): readonly number[] {
  const [left = '', right] = unbracketed(new URL(`http://[${address}]/`).hostname).split('::');
  const before = hexGroups(left);
  if (right === undefined) return before;
  const after = hexGroups(right);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function hexGroups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function blockList(ipv4: readonly string[], ipv6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [family, ranges] of [['ipv4', ipv4] as const, ['ipv6', ipv6] as const]) {
    for (const range of ranges) {
      const [network = '', bits = ''] = range.split('/');
      list.addSubnet(network, Number(bits), family);
    }
  }
  return list;
}
