// Where alerts may be sent: an address of a private network, of this machine or of no network at all is refused unless the
// channel says that it may be, so that whoever can write a channel cannot make this host ask its neighbours. The addresses
// that were looked at are the ones that are connected to: a name that answers otherwise a moment later gains nothing.
import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '@weighbridge/kernel';

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and the same for IPv6. */
const V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
/** Those that carry an IPv4 address within are here as a whole; one that is mapped is judged as what it carries. */
const V6 = [
  ['::', 96],
  ['64:ff9b::', 32],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

const within = new BlockList();
for (const [net, bits] of V4) within.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of V6) within.addSubnet(net, bits, 'ipv6');

/** Whether an IP address is of no public network. */
export const isPrivate = (address: string): boolean => within.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host, each one allowed. Throws ALERT_REFUSED, or what the resolver says. */
export async function allowedAddresses(host: string, allowPrivate: boolean): Promise<readonly Address[]> {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  const found = isIP(bare) === 0 ? await resolve(bare, { all: true }) : [{ address: bare, family: isIP(bare) }];
  const inside = allowPrivate ? undefined : found.find(({ address }) => isPrivate(address));
  if (inside === undefined) return found;
  throw new AppError('ALERT_REFUSED', `${host} is ${inside.address}, which is no public address`, {
    next: 'set `allow_private: true` on the channel if it is meant',
  });
}

/** For a connection: answers with what was allowed. */
export const lookupOf =
  (addresses: readonly Address[]): LookupFunction =>
  (_host, options, done) => {
    const [first] = addresses;
    if (first === undefined) return done(new Error('the host has no address'), '', 0);
    return options.all === true ? done(null, [...addresses]) : done(null, first.address, first.family);
  };
