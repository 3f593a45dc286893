// Events as a stream of bytes (`text/event-stream`), read as fast as they are taken and no faster. While nothing comes a
// comment says that the stream is alive; whoever leaves ends what makes them, also where it waits for something.
import { AppError, LIMITS } from '@weighbridge/kernel';

interface Named {
  readonly event: string;
  readonly data: unknown;
}

const encoder = new TextEncoder();

/**
 * `leave`: told once, whether the events came to their end, broke off, or nobody reads on. `mostMs`: one who is still there and
 * reads nothing is left after so long, and holds nobody else's place.
 */
export function eventStream(
  events: AsyncGenerator<Named>,
  leave: () => void,
  mostMs: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let beat: NodeJS.Timeout | undefined;
  let late: NodeJS.Timeout | undefined;
  const over = (): void => {
    clearInterval(beat);
    clearTimeout(late);
    leave();
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => {
        beat = setInterval(() => {
          // Only to somebody who waits: what is not read does not pile up.
          if (controller.desiredSize === 0) controller.enqueue(encoder.encode(': alive\n\n'));
        }, LIMITS.live_heartbeat_ms).unref();
        late = setTimeout(() => {
          over();
          controller.error(new AppError('REQUEST_TIMEOUT', 'the events were not read in time'));
          void events.return(undefined);
        }, mostMs).unref();
      },
      pull: async (controller) => {
        try {
          const { done, value } = await events.next();
          if (done === true) {
            over();
            controller.close();
          } else controller.enqueue(encoder.encode(`event: ${value.event}\ndata: ${JSON.stringify(value.data)}\n\n`));
        } catch (error) {
          over();
          throw error;
        }
      },
      cancel: () => {
        over();
        void events.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
