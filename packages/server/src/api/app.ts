// The control API as one function from request to answer, the same on the control socket and on the listener for browsers:
// the table of endpoints, the live stream, prepared files, the log, and the console's own files. Every failure leaves in
// one shape.
import { Hono, type Context as HonoContext } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError, isAppError, LIMITS, toAppError } from '@weighbridge/kernel';
import { serveLog } from '@weighbridge/journal';
import {
  CONTROL,
  CONTROL_BASE,
  CONTROL_ROUTES,
  controlRoute,
  EXPORT_PATH,
  LIVE_PATH,
  OPENAPI_PATH,
  PLAY_PATH,
  SAMPLE_MOUNT,
  type ControlName,
} from '@weighbridge/protocol';
import { checkInput } from '../queries/query.ts';
import { ownMetrics } from '../telemetry/own-metrics.ts';
import type { Answers } from './answers/index.ts';
import type { Exports } from './answers/exports.ts';
import { checkFetchSite } from './door.ts';
import { healthOf } from './health.ts';
import type { Live } from './live.ts';
import { openApiText } from './openapi.ts';
import type { ControlPorts } from './ports.ts';
import { playgroundOf } from './answers/playground.ts';
import { contextOf, type Bindings, type Context, type Face, type Shown } from './request-context.ts';
import { securityHeaders } from './security-headers.ts';
import { CONSOLE_BASE, type StaticFiles } from './static-files.ts';
import { causeWords } from '../logging/cause.ts';

export interface AppOptions {
  readonly ports: ControlPorts;
  readonly face: Face;
  readonly answers: Answers;
  readonly exports: Exports;
  readonly live: Live;
  /** Null where the instance has no console to serve. */
  readonly files: StaticFiles | null;
  /** What answers below `/sample`; null where no sample is shown. */
  readonly sample: ((request: Request, env: Bindings) => Response | Promise<Response>) | null;
}

interface Env {
  Bindings: Bindings;
  Variables: { requestId: string };
}
type C = HonoContext<Env>;

const JSON_TYPE = { 'content-type': 'application/json', 'cache-control': 'no-store' };

export type ControlApp = Hono<Env>;

export function createApp(options: AppOptions): ControlApp {
  const { ports, face } = options;
  const app = ports.mount === '' ? new Hono<Env>() : new Hono<Env>().basePath(ports.mount);
  const common = securityHeaders(face.cookie.secure);
  app.use(async (c, next) => {
    c.set('requestId', ports.stores.nextId());
    await next();
    for (const [name, value] of Object.entries(common)) c.res.headers.set(name, value);
    // What was passed on bears the id that its own answer names.
    if (!c.res.headers.has('x-request-id')) c.res.headers.set('x-request-id', c.get('requestId'));
  });
  app.onError((error, c) => {
    const failure = asAppError(error);
    if (STRANGE.has(failure.code)) tellStranger(ports, c.env.incoming, failure);
    return refuse(c, failure);
  });
  app.notFound((c) => refuse(c, nothingThere(c.req.method, c.req.path, ports.mount)));
  if (face.kind === 'listener')
    app.use('/control/*', async (c, next) => {
      checkFetchSite(c.env.incoming);
      await next();
    });
  addEndpoints(app, options);
  addStreams(app, options);
  app.get(OPENAPI_PATH, (c) => c.body(openApiText(), 200, { ...JSON_TYPE, 'cache-control': 'no-cache' }));
  app.get('/healthz', (c) => c.body('{"status":"ok"}', 200, JSON_TYPE));
  if (face.kind === 'listener') {
    if (ports.mount === '') addHealth(app, ports);
    addMetrics(app, ports);
    addLog(app, options);
    if (ports.mount === '') addPages(app, options);
  }
  return app;
}

// --- endpoints

function addEndpoints(app: ControlApp, { ports, face, answers }: AppOptions): void {
  let working = 0;
  for (const name of Object.keys(CONTROL_ROUTES) as ControlName[]) {
    const { to } = CONTROL[name];
    if (to === 'socket' && face.kind !== 'socket') continue;
    const { method, path } = controlRoute(name);
    const shown: Shown = to === 'open' ? 'nothing' : 'both halves';
    app.on(method, `${CONTROL_BASE}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, async (c) => {
      const context = contextOf(face, ports.sessions, c.req.raw, shown);
      if (working >= LIMITS.control_requests)
        throw new AppError('OVERLOADED', `${LIMITS.control_requests} requests are being answered already`);
      working += 1;
      try {
        return await answerWith(c, name, answers, context);
      } finally {
        working -= 1;
      }
    });
  }
}

async function answerWith(c: C, name: ControlName, answers: Answers, { asked, cookies }: Context): Promise<Response> {
  const input = checkInput(CONTROL[name].input, { ...(await bodyOf(c)), ...c.req.param() });
  const answer = answers[name] as (input: unknown, with_: Context['asked']) => unknown;
  const value = await inTime(Promise.resolve(answer(input, asked)), name);
  const response = c.body(JSON.stringify(value), 200, JSON_TYPE);
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}

async function bodyOf(c: C): Promise<Readonly<Record<string, unknown>>> {
  if (c.req.method !== 'POST') return {};
  if (!/^application\/json(?:\s*;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new AppError('BAD_REQUEST', 'a POST to the control API bears JSON', {
      next: 'send `content-type: application/json`',
    });
  const text = await boundedText(c.req.raw);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      refusePrototypes(value);
      return value as Record<string, unknown>;
    }
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('BODY_NOT_JSON', 'the body is not JSON', { cause: error });
  }
  throw new AppError('BODY_NOT_JSON', 'the body is not a JSON object');
}

/** A schema of free names passes over this one in silence, and what somebody wrote would be lost. */
function refusePrototypes(body: object): void {
  const waiting: object[] = [body];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Object.hasOwn(next, '__proto__'))
      throw new AppError('BAD_REQUEST', '`__proto__` is no key that a request may have', { next: 'remove it' });
    for (const held of Object.values(next)) if (typeof held === 'object' && held !== null) waiting.push(held as object);
  }
}

/** Throws BODY_TOO_LARGE as soon as it is, whether or not the request said so before. */
async function boundedText(request: Request): Promise<string> {
  const most = LIMITS.control_body_bytes;
  const tooLarge = (): AppError =>
    new AppError('BODY_TOO_LARGE', `a control request has more than ${most} bytes`, { next: 'ask for less at once' });
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      size += part.byteLength;
      if (size > most) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('CLIENT_GONE', 'the client left before its request was whole', { cause: error });
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Whatever takes longer is not waited for: who asked is told, and what it was for goes on or ends by its own deadline. */
async function inTime<Value>(work: Promise<Value>, name: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new AppError('QUERY_TIMEOUT', `"${name}" took more than ${LIMITS.control_answer_ms / 1000} s`)),
    LIMITS.control_answer_ms,
  );
  work.catch(() => undefined); // The deadline may have answered for it.
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

// --- streams and files

const EVENTS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

function addStreams(app: ControlApp, { ports, face, exports, live }: AppOptions): void {
  app.post(LIVE_PATH, async (c) => {
    const { asked } = contextOf(face, ports.sessions, c.req.raw, 'both halves, quietly');
    const last = c.req.header('last-event-id');
    const stream = live.follow(await bodyOf(c), last ?? null, asked);
    return c.body(stream, 200, EVENTS);
  });
  app.post(PLAY_PATH, async (c) => {
    const { asked } = contextOf(face, ports.sessions, c.req.raw, 'both halves');
    return c.body(await playgroundOf(ports).play(await bodyOf(c), asked), 200, EVENTS);
  });
  app.get(`${EXPORT_PATH}/:ticket`, (c) => {
    // A file is fetched once: a look at its head must not be that.
    if (c.req.method !== 'GET')
      throw new AppError('METHOD_NOT_ALLOWED', 'a file is fetched with GET', { next: 'use GET' });
    const { asked } = contextOf(face, ports.sessions, c.req.raw, 'cookie');
    const { name, type, text } = exports.fetch(c.req.param('ticket'), asked);
    const brokeOff = (error: unknown): void => {
      ports.say(`${name} broke off: ${causeWords(error)}`, 'control.export_broke');
      // Whoever reads it sees the transfer fail; a file that ends early would look whole.
      c.env.outgoing.destroy();
    };
    return c.body(bytesOf(text, brokeOff), 200, {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    });
  });
}

const encoder = new TextEncoder();

/** Read as fast as it is taken, and no faster; a reader that leaves ends it. */
function bytesOf(
  text: AsyncIterable<string | Uint8Array<ArrayBuffer>>,
  brokeOff: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = text[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await parts.next();
          if (done === true) controller.close();
          else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
        } catch (error) {
          brokeOff(error);
          controller.close();
        }
      },
      cancel: async () => {
        await parts.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** For probes, which have no session. */
function addHealth(app: ControlApp, ports: ControlPorts): void {
  app.get('/livez', async (c) => {
    const { live, text } = await healthOf(ports);
    return c.body(text, live ? 200 : 503, JSON_TYPE);
  });
  app.get('/readyz', async (c) => {
    const { ready, text } = await healthOf(ports);
    return c.body(text, ready ? 200 : 503, JSON_TYPE);
  });
}

/** Only where the configuration says who may ask; a log that is only looked at has none. */
function addMetrics(app: ControlApp, ports: ControlPorts): void {
  const { telemetry } = ports;
  if (telemetry === null || ports.mount !== '') return;
  app.get('/metrics', async (c) => {
    const text = (await telemetry(c.req.header('authorization'))) + (await ownMetrics(ports));
    return c.body(text, 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
  });
}

function addLog(app: ControlApp, { ports: { stores, mount } }: AppOptions): void {
  app.get('/log/key', (c) => c.body(`${stores.journal.vkey}\n`, 200, { 'content-type': 'text/plain; charset=utf-8' }));
  app.get('/log/*', (c) => {
    const { status, headers, body } = serveLog(stores.home.journal, c.req.path.slice(`${mount}/log`.length));
    return new Response(new Uint8Array(body), { status, headers });
  });
}

/** The console's files are the same whatever log they show: a page knows by its address which. */
function addPages(app: ControlApp, { files, sample }: AppOptions): void {
  for (const mount of sample === null ? [''] : ['', SAMPLE_MOUNT]) {
    const base = `${mount}${CONSOLE_BASE}`;
    for (const short of [mount === '' ? '/' : mount, base.slice(0, -1)]) app.get(short, (c) => c.redirect(base, 302));
    app.get(`${base}*`, async (c) => {
      if (files === null) throw new AppError('NOT_FOUND', 'this instance serves no console');
      const gzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
      const asked = { match: c.req.header('if-none-match') ?? null, gzip };
      const { status, headers, body } = await files.answer(c.req.path.slice(base.length), asked);
      return new Response(body, { status, headers });
    });
  }
  if (sample !== null) app.all(`${SAMPLE_MOUNT}/*`, (c) => sample(c.req.raw, c.env));
}

// --- failures

const PATTERNS = (Object.keys(CONTROL_ROUTES) as ControlName[]).map((name) => {
  const { method, path } = controlRoute(name);
  return { method, pattern: new RegExp(`^${CONTROL_BASE}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) };
});

function nothingThere(method: string, path: string, mount: string): AppError {
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(path.slice(mount.length))).map((one) => one.method);
  const shown = path.slice(0, 200);
  if (methods.length > 0 && !methods.some((one) => one === method))
    return new AppError('METHOD_NOT_ALLOWED', `${shown} takes ${methods.join(' or ')}`, {
      next: `use ${methods.join(' or ')}`,
    });
  return new AppError('NOT_FOUND', `there is nothing at ${method} ${shown}`, {
    next: 'see docs/api.md, or /control/openapi.json',
  });
}

function asAppError(error: unknown): AppError {
  if (error instanceof HTTPException) return new AppError('BAD_REQUEST', error.message, { cause: error });
  return toAppError(error);
}

/** Nobody could be found who asks, or a page elsewhere asks in somebody's name. */
const STRANGE: ReadonlySet<string> = new Set(['SESSION_MISSING', 'LINK_INVALID', 'ORIGIN_NOT_ALLOWED']);

function tellStranger({ security }: ControlPorts, { socket }: Bindings['incoming'], { code }: AppError): void {
  const address = socket.remoteAddress ?? '';
  security.tell({
    event: 'auth_failed',
    message: `a request of the console was turned away (${code})${address === '' ? '' : `: ${address}`}`,
    by: { via: 'console' },
    code,
    ...(address === '' ? {} : { address }),
    repeats: `${code} ${address}`,
  });
}

function refuse(c: C, failure: AppError): Response {
  const id = c.get('requestId');
  const headers = failure.row.retryable ? { ...JSON_TYPE, 'retry-after': '1' } : JSON_TYPE;
  return new Response(JSON.stringify({ error: failure.body(id) }), { status: failure.row.status, headers });
}
