// What a lane serves beside model calls: the log, read-only and open to all (it shows no price and no person), its
// public key, and to the holder of a key the receipts of the calls which that key made.
import type { IncomingMessage } from 'node:http';
import { getRandomValues } from 'node:crypto';
import { AppError, createUlid, toAppError } from '@weighbridge/kernel';
import type { FallbackHandler, KeyRecord, Snapshot, Tally } from '@weighbridge/gateway';
import { openJournal, serveLog, type Journal } from '@weighbridge/journal';
import { GROUPS, type CallPersonal, type Group } from '@weighbridge/protocol';

export interface FallbackOptions {
  readonly journal: string;
  readonly vault: string;
  readonly build: string;
  readonly snapshot: () => Snapshot;
  /** Counts receipts that are handed out, by the key that gets them. */
  readonly disclosed: Tally<string>;
}

type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};

const JSON_TYPE = { 'content-type': 'application/json' };
const RECEIPT_TYPE = 'application/vnd.in-toto+dsse';

export function createFallback(options: FallbackOptions): FallbackHandler {
  let opened: Journal | undefined;
  const journal = (): Journal => (opened ??= openJournal(options.journal, { vault: options.vault }));
  const newId = createUlid(Date.now, (bytes) => getRandomValues(bytes));
  return (request, response, identify) => {
    let reply: Reply;
    try {
      reply = route(request, identify, options, journal);
    } catch (error) {
      reply = refusal(toAppError(error), newId());
    }
    const body = Buffer.from(reply.body);
    response.writeHead(reply.status, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...reply.headers,
      'content-length': body.length,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function refusal(failure: AppError, id: string): Reply {
  const again = failure.row.retryable || failure.code === 'RECEIPT_UNKNOWN';
  const headers = { ...JSON_TYPE, 'x-request-id': id, ...(again ? { 'retry-after': '1' } : {}) };
  return { status: failure.row.status, headers, body: JSON.stringify({ error: failure.body(id) }) };
}

function route(
  request: IncomingMessage,
  identify: () => KeyRecord,
  options: FallbackOptions,
  journal: () => Journal,
): Reply {
  // Not `new URL`, to which `//host/log/` is a host: a request target is a path as it stands.
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const receipt = /^\/v1\/receipts\/([^/]+)$/.exec(path);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const known = path === '/' || path.startsWith('/log/') || receipt !== null;
    if (known) throw new AppError('METHOD_NOT_ALLOWED', `${path} takes only GET`, { next: 'use GET' });
    throw new AppError('NOT_FOUND', `there is nothing at ${request.method} ${path.slice(0, 200)}`);
  }
  if (path === '/log/key')
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${journal().vkey}\n` };
  if (path.startsWith('/log/')) return serveLog(options.journal, path.slice('/log'.length));
  if (receipt !== null) return receiptOf(identify(), query, receipt[1] ?? '', journal(), options.disclosed);
  if (path === '/') return { status: 200, headers: JSON_TYPE, body: JSON.stringify(describe(options)) };
  throw new AppError('NOT_FOUND', `there is nothing at ${path.slice(0, 200)}`);
}

function describe({ build, snapshot }: FallbackOptions): object {
  const { log, organisation, node } = snapshot();
  return {
    product: 'weighbridge',
    version: build,
    organisation,
    node,
    log,
    simulated: log !== 'live',
    openai_base_url: '/v1',
    anthropic_base_url: '/',
    log_url: '/log/',
    log_key_url: '/log/key',
    log_cosigned_url: '/log/cosigned',
  };
}

/** A receipt goes only to the key that made the call: another key learns no more than that it cannot have it. */
function receiptOf(key: KeyRecord, query: string, id: string, journal: Journal, disclosed: Tally<string>): Reply {
  const groups = askedGroups(query);
  const unknown = new AppError('RECEIPT_UNKNOWN', `key ${key.id} made no sealed call ${id.slice(0, 64)}`);
  const entry = journal.find(id).findLast(({ leaf }) => leaf.kind === 'call');
  if (entry === undefined) throw unknown;
  const personal = journal.groups(entry.index, ['personal']).personal;
  const who = personal === undefined ? undefined : (JSON.parse(personal.text) as CallPersonal).who;
  if (who?.key !== key.id) throw unknown;
  const headers = { 'content-type': RECEIPT_TYPE, 'content-disposition': `attachment; filename="${id}.receipt.json"` };
  const body = journal.attestationFor(id, { groups, kind: 'call' });
  disclosed.add(key.id, key.id, Date.now());
  return { status: 200, headers, body };
}

function askedGroups(query: string): readonly Group[] {
  const asked = (new URLSearchParams(query).get('groups') ?? 'public').split(',').filter((name) => name !== '');
  const wrong = asked.find((name) => !(GROUPS as readonly string[]).includes(name));
  if (wrong !== undefined) {
    throw new AppError('BAD_REQUEST', `there is no group "${wrong.slice(0, 40)}"`, {
      next: `use ${GROUPS.join(', ')}`,
    });
  }
  return asked as Group[];
}
