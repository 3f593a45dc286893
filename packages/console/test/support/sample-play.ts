// The playground of the made-up organisation: an answer for each model, whose receipt is a call that is sealed in the log.
import {
  PLAY_PATH,
  playInput,
  type CallDetail,
  type ControlAnswer,
  type PlayAsked,
  type PlayEvent,
} from '@weighbridge/protocol';
import { NOW } from './sample-organisation.ts';
import { keysOf, routesOf } from './sample-fleet.ts';

const WORDS: Readonly<Record<string, string>> = {
  sonnet:
    'A claim is closed ninety days after the last letter, with a note that names the reason and whom to write to. Its file is kept for ten years and then destroyed.',
  haiku: 'After ninety days without a word. The file is kept for ten years.',
  gpt: 'Claims are closed ninety days after the last contact, in writing. Their files are archived for ten years, as the law on records of insurers has it, and are then destroyed.',
};

export function playgroundOf(): ControlAnswer<'playground'> {
  const models = routesOf().rows.flatMap(({ id, aliases }) => [id, ...aliases]);
  return {
    at: NOW,
    as: keysOf({ all: false, limit: 100 }).rows.map(({ name, who }) => ({
      id: name,
      key: name,
      team: who.team ?? null,
      project: who.project ?? null,
      cost_centre: null,
      models: name === 'coding-agents' ? ['opus', 'sonnet'] : models,
    })),
    calls_at_once: 3,
    call_ms: 180_000,
  };
}

/** As the stream of an instance would bring it; null where it is not for the playground. */
export function playOf(path: string, body: string, receiptOf: (model: string) => CallDetail | null): Response | null {
  if (path !== PLAY_PATH) return null;
  const events = eventsOf(playInput.parse(JSON.parse(body)), receiptOf);
  const text = events.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
  return new Response(`: alive\n\n${text}`, { headers: { 'content-type': 'text/event-stream' } });
}

function eventsOf(
  { model, max_output_tokens: most }: PlayAsked,
  receiptOf: (model: string) => CallDetail | null,
): PlayEvent[] {
  const receipt = receiptOf(model);
  const served = receipt?.public?.served ?? null;
  if (receipt === null || served === null) {
    const next = 'ask for one of sonnet, haiku, opus, gpt';
    const data = {
      status: 404,
      code: 'MODEL_UNKNOWN',
      message: `no route serves "${model}"`,
      next,
      receipt: null,
      ms: 4,
    };
    return [{ event: 'refused', data }];
  }
  const { region, deployment, cloud, fallback } = served;
  const place = { name: region.configured, grade: region.grade };
  const head = { receipt: receipt.id, deployment, cloud, region: place, fallback, simulated: true, lost: [], ms: 210 };
  return [
    { event: 'started', data: head },
    ...(WORDS[model] ?? 'After ninety days.').split(/(?<= )/).map((text, i): PlayEvent => ({
      event: 'text',
      data: { kind: 'text', text, ms: 240 + i },
    })),
    {
      event: 'ended',
      data: { stop: most === 20 ? 'length' : 'stop', input_tokens: 31, output_tokens: 42, ms: 900 },
    },
  ];
}
