// The lanes of one start, told of each other's kept answers. The bytes of an answer lie in memory that all threads share, so
// that a message carries only where they are. Who misses one asks a cloud once more; nothing else hangs on it.
import { BroadcastChannel } from 'node:worker_threads';
import type { AnswerLink, KeptAnswer } from '@weighbridge/gateway';

export interface AnswerChannel extends AnswerLink {
  close(): void;
}

export function openAnswerChannel(name: string): AnswerChannel {
  const channel = new BroadcastChannel(name);
  // A lane does not live for the sake of hearing of answers.
  channel.unref();
  return {
    share: (answer) => channel.postMessage(answer),
    receive: (take) => {
      channel.addEventListener('message', ({ data }) => take(data as KeptAnswer));
    },
    close: () => channel.close(),
  };
}
