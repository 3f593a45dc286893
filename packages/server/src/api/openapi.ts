// The API as an OpenAPI 3.1 document, made from the schemas that check every request. A schema that has a name
// (`.meta({ id })`) stands once among the components and is referred to by it.
import { isDeepStrictEqual } from 'node:util';
import { ERRORS, invariant, type ErrorCode } from '@weighbridge/kernel';
import {
  CONTROL,
  CONTROL_BASE,
  controlRoute,
  EVERYWHERE,
  EXPORT_PATH,
  LIVE_EVENTS,
  LIVE_PATH,
  liveInput,
  PLAY_EVENTS,
  PLAY_PATH,
  playInput,
  problemSchema,
  TOKEN_HEADER,
  type ControlName,
  type Endpoint,
} from '@weighbridge/protocol';
import { z } from 'zod';
import { VERSION } from '../version.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request holds what may be left out, an answer holds it filled in: one schema can be two. */
type Direction = 'input' | 'output';

export function openApi(): Json {
  const shared = new Shared();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(CONTROL) as ControlName[]) {
    const { method, path } = controlRoute(name);
    const place = (paths[`${CONTROL_BASE}${path}`] ??= {});
    place[method.toLowerCase()] = operation(name, CONTROL[name], shared);
  }
  Object.assign(paths, streams(shared));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weighbridge control API',
      version: VERSION,
      description:
        'Questions are POST and change nothing. Instants are UTC milliseconds, durations milliseconds, money exact decimal text. See docs/api.md.',
    },
    paths,
    components: {
      schemas: shared.schemas(),
      responses: shared.responses(),
      securitySchemes: {
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-weighbridge',
          description: 'On plain http on loopback: `weighbridge-<port>`.',
        },
        token: { type: 'apiKey', in: 'header', name: TOKEN_HEADER },
      },
    },
  };
}

/** What stands once and is referred to. */
class Shared {
  readonly #schemas = new Map<string, unknown>();
  readonly #responses = new Map<string, unknown>();

  schemas(): Json {
    return inOrder(this.#schemas);
  }

  responses(): Json {
    return inOrder(this.#responses);
  }

  schema(of: z.ZodType, io: Direction): unknown {
    const whole = z.toJSONSchema(of, { io, unrepresentable: 'any' }) as Json & { readonly $defs?: Json };
    const { $defs = {}, $schema: _, ...own } = whole;
    for (const [name, definition] of Object.entries($defs)) this.#name(name, definition);
    const { id } = (of.meta() ?? {}) as { readonly id?: string };
    if (id === undefined) return relocated(own);
    // A schema that has a name comes as a reference to its own definition, or as itself where it is asked for alone.
    if (whole['$ref'] === undefined) this.#name(id, own);
    return { $ref: `#/components/schemas/${id}` };
  }

  /** One name means one thing: what a request may leave out and an answer may not cannot share it. */
  #name(name: string, definition: unknown): void {
    const fresh = relocated(withoutId(definition));
    const known = this.#schemas.get(name);
    invariant(known === undefined || isDeepStrictEqual(known, fresh), `the schema ${name} is the same both ways`);
    this.#schemas.set(name, fresh);
  }

  /** Refusals by the status that their codes are told under. */
  failures(codes: readonly ErrorCode[]): Json {
    const byStatus = new Map<number, ErrorCode[]>();
    for (const code of new Set(codes)) {
      const { status } = ERRORS[code];
      byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    }
    return Object.fromEntries(
      [...byStatus].toSorted(([a], [b]) => a - b).map(([status, held]) => [status, this.#failure(held)]),
    );
  }

  #failure(codes: readonly ErrorCode[]): Json {
    const name = codes.join('_or_');
    const content = { 'application/json': { schema: this.schema(problemSchema, 'output') } };
    this.#responses.set(name, {
      description: codes.map((code) => `${code}: ${ERRORS[code].next}`).join('\n'),
      content,
    });
    return { $ref: `#/components/responses/${name}` };
  }
}

const inOrder = (named: ReadonlyMap<string, unknown>): Json =>
  Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)));

let text: string | undefined;
/** Worked out once. */
export const openApiText = (): string => (text ??= `${JSON.stringify(openApi(), null, 2)}\n`);

function operation(name: ControlName, endpoint: Endpoint, shared: Shared): Json {
  const { method, inPath } = controlRoute(name);
  const { about, input, answer, errors, to, changes } = endpoint;
  const body = inPath.length === 0 ? input : (input as z.ZodObject).omit(masked(inPath));
  const given = inPath.length === 0 ? {} : (input as z.ZodObject).pick(masked(inPath)).shape;
  return {
    operationId: name,
    summary: about,
    ...(changes ? { description: 'Writes an entry of the journal that says who asked for it.' } : {}),
    ...(to === 'socket' ? { 'x-only': 'control socket' } : {}),
    security: to === 'session' ? [{ cookie: [], token: [] }] : [],
    parameters: inPath.map((member) => ({
      name: member,
      in: 'path',
      required: true,
      schema: shared.schema(given[member] as z.ZodType, 'input'),
    })),
    ...(method === 'POST'
      ? { requestBody: { required: true, content: { 'application/json': { schema: shared.schema(body, 'input') } } } }
      : {}),
    responses: {
      200: { description: 'The answer', content: { 'application/json': { schema: shared.schema(answer, 'output') } } },
      ...shared.failures([...EVERYWHERE, ...errors]),
    },
  };
}

const masked = (members: readonly string[]): Record<string, true> =>
  Object.fromEntries(members.map((member) => [member, true as const]));

const eventsOf = (events: Readonly<Record<string, z.ZodType>>, shared: Shared): Json => ({
  'text/event-stream': {
    schema: { anyOf: Object.values(events).map((event) => shared.schema(event, 'output')) },
  },
});

function streams(shared: Shared): Json {
  const security = [{ cookie: [], token: [] }];
  return {
    [LIVE_PATH]: {
      post: {
        operationId: 'live',
        summary: 'New calls that pass a filter, and the state of the log, as they come',
        description: `Events: ${Object.keys(LIVE_EVENTS).join(', ')}. A comment every 15 seconds says that the stream is alive.`,
        security,
        parameters: [
          {
            name: 'last-event-id',
            in: 'header',
            required: false,
            description: 'Id of the last event that was heard: nothing after it is missed, or a `gap` says what is',
            schema: { type: 'string' },
          },
        ],
        requestBody: { required: true, content: { 'application/json': { schema: shared.schema(liveInput, 'input') } } },
        responses: {
          200: {
            description: 'Server-sent events; `data` is JSON of one of these',
            content: eventsOf(LIVE_EVENTS, shared),
          },
          ...shared.failures([...EVERYWHERE, 'PROJECTIONS_OFF']),
        },
      },
    },
    [PLAY_PATH]: {
      post: {
        operationId: 'play',
        summary: 'A call out of the console, streamed: it goes through the gateway and has a receipt like any other',
        description: `Events: ${Object.keys(PLAY_EVENTS).join(', ')}. What the gateway refuses is an event; leaving the stream cancels the call. Makes a key for the session, which no answer shows, and revokes it with the session.`,
        security,
        requestBody: { required: true, content: { 'application/json': { schema: shared.schema(playInput, 'input') } } },
        responses: {
          200: {
            description: 'Server-sent events; `data` is JSON of one of these',
            content: eventsOf(PLAY_EVENTS, shared),
          },
          ...shared.failures([...EVERYWHERE, 'KEY_INVALID', 'READ_ONLY', 'DRAINING', 'JOURNAL_UNAVAILABLE']),
        },
      },
    },
    [`${EXPORT_PATH}/{ticket}`]: {
      get: {
        operationId: 'export',
        summary: 'A prepared file, once',
        security: [{ cookie: [] }],
        parameters: [{ name: 'ticket', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'The file, as it was prepared',
            content: {
              'text/csv': { schema: { type: 'string' } },
              'application/json': { schema: { type: 'object' } },
              'text/html': { schema: { type: 'string' } },
              'application/pdf': { schema: { type: 'string', format: 'binary' } },
            },
          },
          ...shared.failures([...EVERYWHERE, 'EXPORT_UNKNOWN']),
        },
      },
    },
  };
}

/** References to definitions of one schema become references to components. */
function relocated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocated);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === '$ref' && typeof member === 'string'
        ? member.replace('#/$defs/', '#/components/schemas/')
        : relocated(member),
    ]),
  );
}

/** The name of a component is its place; as a member it would be an address that leads nowhere. */
function withoutId(value: unknown): unknown {
  const { id: _, ...rest } = value as Json;
  return rest;
}
