// A lane with a deployment of each dialect and cloud behind it, for the tests of the clouds' own paths.
import { after, before } from 'node:test';
import { EventStreamReader, type EventStreamMessage } from '@weighbridge/dialects';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  type Script,
  type TestLane,
  type Upstream,
} from '../support/fixture.ts';

export const PROFILE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

export interface SurfaceStand {
  readonly lane: TestLane;
  readonly upstream: Upstream;
  post(path: string, body: string | object, headers?: Record<string, string>): Promise<Response>;
}

/** Opened before the tests of the file that calls it, closed after them. */
export function openSurfaces(): SurfaceStand {
  let upstream: Upstream | undefined;
  let lane: TestLane | undefined;
  before(async () => {
    upstream = await startUpstream();
    lane = await laneBefore(upstream.port);
  });
  after(async () => {
    await lane?.close();
    await upstream?.close();
  });
  const opened = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new TypeError('the stand is open only while tests run');
    return part;
  };
  return {
    get lane() {
      return opened(lane);
    },
    get upstream() {
      return opened(upstream);
    },
    post: (path, body, headers = {}) =>
      fetch(`${opened(lane).url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${opened(lane).key.key}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

function laneBefore(port: number): Promise<TestLane> {
  const openai = { cloud: 'openai' as const, model: 'gpt-4.1', endpoint: `http://127.0.0.1:${port}/v1` };
  return startLane(
    {
      deployments: [
        deployment('claude', port),
        deployment('bedrock', port, { cloud: 'bedrock', model: PROFILE }),
        deployment('vertex', port, { cloud: 'vertex', model: 'claude-sonnet-4-5@20250929', project: 'p1' }),
        deployment('gpt', port, openai),
      ],
      routes: [
        route('claude-sonnet-4-5', ['claude'], { aliases: ['claude-sonnet-4-5-*'], attempts: 1 }),
        route('on-bedrock', ['bedrock'], { attempts: 1 }),
        route('on-vertex', ['vertex'], { attempts: 1 }),
        route('gpt', ['gpt'], { attempts: 1 }),
      ],
    },
    { credentials: { current: () => ({ kind: 'bearer', token: 'vendor-token' }) } },
  );
}

/** What a client of an event stream gets of it; every checksum is checked on the way. */
export function messagesOf(body: Buffer): readonly EventStreamMessage[] {
  const reader = new EventStreamReader();
  const messages = reader.push(body);
  reader.end();
  return messages;
}

export const payloadOf = ({ payload }: EventStreamMessage): string =>
  Buffer.from((JSON.parse(payload.toString('utf8')) as { readonly bytes: string }).bytes, 'base64').toString('utf8');

export const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

export type { Script };
