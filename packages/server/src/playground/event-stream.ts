// Events as a stream of bytes (`text/event-stream`), read as fast as they are taken and no faster. While nothing comes a
// comment says that the stream is alive; whoever leaves ends what makes them, also where it waits for something.
import { LIMITS } from '@weighbridge/kernel';

interface Named {
  readonly event: string;
  readonly data: unknown;
}

const encoder = new TextEncoder();

/** `leave`: told once, whether the events came to their end or nobody reads on. */
export function eventStream(events: AsyncGenerator<Named>, leave: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  let beat: NodeJS.Timeout | undefined;
  const over = (): void => {
    clearInterval(beat);
    leave();
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => {
        beat = setInterval(() => {
          // Only to somebody who waits: what is not read does not pile up.
          if (controller.desiredSize === 0) controller.enqueue(encoder.encode(': alive\n\n'));
        }, LIMITS.live_heartbeat_ms).unref();
      },
      pull: async (controller) => {
        const { done, value } = await events.next();
        if (done === true) {
          over();
          controller.close();
        } else controller.enqueue(encoder.encode(`event: ${value.event}\ndata: ${JSON.stringify(value.data)}\n\n`));
      },
      cancel: () => {
        over();
        void events.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
