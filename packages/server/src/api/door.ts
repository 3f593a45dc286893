// What may come in on the control listener, judged on the head of the request before anything of it is read: for us by
// name, from our own pages only. A page elsewhere can make a browser send a request here with the user's cookie; it cannot
// make it bear our `Origin`, our token, or JSON.
import type { IncomingMessage } from 'node:http';
import { AppError } from '@weighbridge/kernel';

export interface DoorOptions {
  /** As browsers see this instance: `http://127.0.0.1:7412`, or `https://…` behind TLS. */
  readonly origin: URL;
  /** Port of the listener itself. */
  readonly port: number;
  /** Further names, lower case, with or without a port. */
  readonly hosts: ReadonlySet<string>;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE']);
const MAYBE_OURS: ReadonlySet<string> = new Set(['same-origin', 'none']);

/** Throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED, METHOD_NOT_ALLOWED or BAD_REQUEST. */
export function checkDoor(request: IncomingMessage, options: DoorOptions): void {
  const { method = '', url = '', headers } = request;
  const host = hostOf(request);
  if (!url.startsWith('/'))
    throw new AppError('HOST_NOT_ALLOWED', 'the request target must be a path, not a whole URL');
  if (!isOurs(host, options)) {
    throw new AppError('HOST_NOT_ALLOWED', `the host "${host.slice(0, 100)}" is not one this console answers to`, {
      next: 'use the address that `weighbridge console` prints, or add this name to `control.hosts`',
    });
  }
  if (!METHODS.has(method))
    throw new AppError('METHOD_NOT_ALLOWED', `${method.slice(0, 20)} is not served`, {
      next: 'use GET, POST or DELETE',
    });
  if (READS.has(method) && (headers['content-length'] ?? '0') !== '0')
    throw new AppError('BAD_REQUEST', `a ${method} request must not have a body`);
  if (READS.has(method) && headers['transfer-encoding'] !== undefined)
    throw new AppError('BAD_REQUEST', `a ${method} request must not have a body`);
  checkOrigin(request, host, options);
}

/** Asked of everything that is not a file of the console: a page of ours says so, where the browser tells. */
export function checkFetchSite({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || MAYBE_OURS.has(site)) return;
  throw elsewhere(`a page of another origin (${site.slice(0, 20)})`);
}

function checkOrigin({ method = '', headers }: IncomingMessage, host: string, { origin }: DoorOptions): void {
  const given = headers.origin?.toLowerCase();
  if (given === undefined) {
    // Every browser names the origin of a request that could change something; whoever is no browser can name it too.
    if (READS.has(method)) return;
    throw elsewhere('a request without an Origin');
  }
  const own = host === origin.host.toLowerCase() ? origin.origin : `http://${host}`;
  if (given !== own) throw elsewhere(`the origin "${given.slice(0, 100)}"`);
}

const elsewhere = (who: string): AppError =>
  new AppError('ORIGIN_NOT_ALLOWED', `${who} may not use the control API`, {
    next: 'use the console at its own address; a program sends that address as `Origin`',
  });

/** In lower case. More than one Host is none: a proxy in between may have taken the other. */
function hostOf({ rawHeaders }: IncomingMessage): string {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host');
  const [host = ''] = hosts;
  if (hosts.length === 1) return host.toLowerCase();
  throw new AppError('HOST_NOT_ALLOWED', `the request has ${hosts.length} Host headers; it must have one`);
}

/** Loopback by any name with our port, the configured origin, and what the configuration adds. */
function isOurs(host: string, { origin, port, hosts }: DoorOptions): boolean {
  if (host === origin.host.toLowerCase() || hosts.has(host)) return true;
  const colon = host.lastIndexOf(':');
  const named = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  const at = named === host ? 80 : Number(host.slice(colon + 1));
  if (named === '127.0.0.1' || named === 'localhost' || named === '[::1]') return at === port;
  return hosts.has(named);
}
