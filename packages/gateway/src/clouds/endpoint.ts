// Where a deployment is reached: an origin and a path built from configuration. Whatever comes from configuration or a
// model name is percent-encoded or refused here, so that no name can add a path segment, a query or a second request.
import { AppError } from '@weighbridge/kernel';
import type { Deployment } from '../deployment.ts';

/** `prefix` is empty or starts with `/` and never ends with one. */
export interface Base {
  readonly origin: string;
  readonly prefix: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Addresses at which machines of the clouds hand out credentials: never a model's endpoint. */
const METADATA = /^(169\.254\.|\[fe80:|\[fd00:ec2:|\[::ffff:a9fe:|metadata\.google\.internal\.?$)/;
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** One path segment in which only unreserved characters of RFC 3986 (and those in `keep`) stand for themselves. */
export function encodeSegment(text: string, keep = ''): string {
  if (/^\.{1,2}$/.test(text)) return text.replaceAll('.', '%2E');
  const encoded = encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keep.includes('@') ? encoded.replaceAll('%40', '@') : encoded;
}

/** Whether a configured name can stand as one label of a host name. */
export const isHostLabel = (text: string): boolean => HOST_LABEL.test(text);

/** The configured endpoint, or the cloud's default. Throws `CONFIG_INVALID` where neither makes one. */
export function baseOf(deployment: Deployment, fallback: string | null): Base {
  const known = BASES.get(deployment);
  if (known !== undefined) return known;
  const base = parseBase(deployment, fallback);
  BASES.set(deployment, base);
  return base;
}

/** Deployments are frozen and each has one base, so its URL is parsed once and not per call. */
const BASES = new WeakMap<Deployment, Base>();

function parseBase(deployment: Deployment, fallback: string | null): Base {
  const text = deployment.endpoint ?? fallback;
  const url = text === null ? null : URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new AppError('CONFIG_INVALID', `deployment "${deployment.id}" has no usable endpoint`, {
      next: 'run `weighbridge config check`, which says what is missing',
    });
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}

/** Appends path parts to a base, leaving out those with which its prefix already ends (`/v1` + `/v1/messages`). */
export function joinPath(base: Base, parts: readonly string[]): string {
  const wanted = parts.join('/');
  const last = JOINED.get(base);
  if (last?.wanted === wanted) return last.path;
  const path = join(base, parts);
  JOINED.set(base, { wanted, path });
  return path;
}

/** The path that was last asked of each base: a deployment asks for one or two, call after call. */
const JOINED = new WeakMap<Base, { readonly wanted: string; readonly path: string }>();

function join(base: Base, parts: readonly string[]): string {
  const have = base.prefix.split('/').filter((part) => part !== '');
  let overlap = Math.min(have.length, parts.length);
  while (overlap > 0 && have.slice(have.length - overlap).join('/') !== parts.slice(0, overlap).join('/')) overlap -= 1;
  return `/${[...have, ...parts.slice(overlap)].join('/')}`;
}

/** What is wrong with the parts of a deployment that every cloud shares. */
export function commonProblems(deployment: Deployment, options: { plainHttp?: boolean } = {}): string[] {
  const problems: string[] = [];
  if (/^\.{1,2}$/.test(deployment.model) || /\p{Cc}/u.test(deployment.model) || !deployment.model.isWellFormed()) {
    problems.push('`model` holds characters that no cloud has in a model name');
  }
  if (deployment.endpoint === undefined) return problems;
  const url = URL.parse(deployment.endpoint);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    problems.push('`endpoint` is not an http(s) URL');
    return problems;
  }
  if (url.username !== '' || url.password !== '')
    problems.push('`endpoint` holds a user name or password: use a credential');
  if (METADATA.test(url.hostname)) problems.push('`endpoint` is an instance-metadata address, which serves no models');
  if (url.search !== '' || url.hash !== '')
    problems.push('`endpoint` has a query or fragment: leave it at origin and path');
  if (url.protocol === 'http:' && options.plainHttp !== true && !LOOPBACK.test(url.hostname)) {
    problems.push(
      '`endpoint` is plain http to another machine, so the credential would cross the network in clear: use https',
    );
  }
  return problems;
}
