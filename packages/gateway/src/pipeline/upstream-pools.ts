// Connections to clouds, by origin, bounded, kept alive, no pipelining (an answer may take minutes): a wire for calls, a
// pool of undici's for what is read at leisure. Both connect in the same way. Requests go only to origins that configuration names, and a name is checked again when it resolves: a host that is not local
// by its own name never leads to this machine or to link-local addresses (instance metadata), whatever DNS says.
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { AppError, type Clock } from '@weighbridge/kernel';
import { buildConnector, Pool } from 'undici';
import { oneBufferConnector } from '../wire/read-buffer.ts';
import { UpstreamWire } from '../wire/upstream-wire.ts';
import { BOUNDS } from './bounds.ts';

/** Never reached through a name: link-local and metadata addresses, and IPv6 forms that carry IPv4 (NAT64, 6to4). */
const METADATA = new BlockList();
METADATA.addSubnet('169.254.0.0', 16);
METADATA.addSubnet('fe80::', 10, 'ipv6');
METADATA.addSubnet('fd00:ec2::', 32, 'ipv6');
METADATA.addSubnet('64:ff9b::', 96, 'ipv6');
METADATA.addSubnet('2002::', 16, 'ipv6');
METADATA.addAddress('0.0.0.0');
METADATA.addAddress('::', 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Why an address that a host name resolved to must not be used; null when it may. */
export function addressDenial(host: string, address: string): string | null {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (METADATA.check(address, family)) return `"${host}" resolves to ${address}, a link-local or metadata address`;
  const local = host === 'localhost' || host.endsWith('.localhost');
  if (!local && LOOPBACK.check(address, family)) return `"${host}" resolves to ${address}, this machine itself`;
  return null;
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(host: string, options: LookupOptions, callback: LookupCallback): void {
  systemLookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const denied = addresses.map(({ address }) => addressDenial(host, address)).find((denial) => denial !== null);
    if (denied !== undefined && denied !== null) return callback(new AppError('UPSTREAM_UNREACHABLE', denied), []);
    if (options.all === true) return callback(null, addresses);
    return callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
  });
}

export class UpstreamPools {
  readonly #wires = new Map<string, UpstreamWire>();
  readonly #pools = new Map<string, Pool>();
  readonly #clock: Clock;
  readonly #connect: buildConnector.connector;
  /** A pool reads from sockets as they are. */
  readonly #connectPool: buildConnector.connector;

  /** `ca`: further certificate authorities (PEM) to trust, beside the system's. */
  constructor(clock: Clock, ca: readonly string[] | undefined) {
    this.#clock = clock;
    const options = {
      timeout: BOUNDS.upstream_connect_ms,
      lookup: guardedLookup,
      ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ...ca] }),
    };
    this.#connect = oneBufferConnector(options);
    this.#connectPool = buildConnector({ ...options, allowH2: false });
  }

  /** The connections that calls to an origin go over. Origins come from configuration, so their number is bounded by it. */
  wire(origin: string): UpstreamWire {
    let wire = this.#wires.get(origin);
    if (wire === undefined) {
      wire = new UpstreamWire(origin, { connect: this.#connect, clock: this.#clock });
      this.#wires.set(origin, wire);
    }
    return wire;
  }

  /** The pool of an origin, for what is no call of a client: batches, and their results. */
  of(origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: BOUNDS.upstream_connections,
        pipelining: 1,
        keepAliveTimeout: BOUNDS.upstream_keep_alive_ms,
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: this.#connectPool,
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  async close(): Promise<void> {
    const wires = [...this.#wires.values()].map((wire) => wire.close());
    const pools = [...this.#pools.values()].map((pool) => pool.destroy());
    await Promise.all([...wires, ...pools]);
    this.#pools.clear();
  }
}
