// Row: standing witness.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const size: JsonSchema = { type: 'integer', description: 'entries' };

export const WITNESS_COMMANDS: readonly Command[] = [
  {
    name: 'witness',
    group: 'prove',
    summary: 'stand witness for a log: remember its checkpoints, cosign what extends them, refuse the rest',
    more: 'A process with a key and a memory of its own, for the buyer, the seller or an auditor; not on the machine of the log it watches. Logs submit checkpoints to it (C2SP tlog-witness); with --follow it also goes to a log by itself, which takes nothing but the address and the key. The memory lies in HOME/witness; a witness that lost it has to be retired. docs/witness.md tells who runs one and what it catches.',
    examples: [
      { line: 'witness --name witness.example.org/1 --key VKEY', says: 'a log that submits its checkpoints' },
      {
        line: 'witness --name witness.example.org/1 --key VKEY --follow URL',
        says: 'and that is looked at each minute',
      },
      { line: 'witness --key VKEY --follow URL --once', says: 'one look, for a timer: exit 3 when it contradicts' },
    ],
    arguments: [],
    options: [
      { name: 'name', type: 'string', value: 'NAME', summary: 'name of its key, for the first start; like an address' },
      {
        name: 'key',
        type: 'string',
        value: 'VKEY',
        many: true,
        summary: 'public key of a log, or a file that holds it; may be repeated',
      },
      { name: 'follow', type: 'string', value: 'URL', summary: 'address of the log of that key: look at it by itself' },
      {
        name: 'logs',
        type: 'string',
        value: 'FILE',
        summary: 'several logs, a line `log VKEY [URL]` for each; those with an address are followed',
      },
      { name: 'every', type: 'string', value: 'SECONDS', summary: 'time between two looks (default 60)' },
      { name: 'once', type: 'boolean', summary: 'look at each log with an address once, and end' },
      { name: 'follow-only', type: 'boolean', summary: 'listen to nobody; only go to the logs' },
      { name: 'port', type: 'string', value: 'N', summary: 'port to listen on (default 7420; 0: any free one)' },
      { name: 'host', type: 'string', value: 'ADDRESS', summary: 'address to listen on (default 127.0.0.1)' },
      {
        name: 'hosts',
        type: 'string',
        value: 'NAME',
        many: true,
        summary: 'a further host name to answer to, with a port or without; may be repeated',
      },
    ],
    output: {
      lines: true,
      schema: {
        type: 'object',
        required: ['event'],
        properties: {
          event: {
            enum: ['standing', 'cosigned', 'refused', 'contradiction', 'inconsistent', 'unreachable'],
            description: 'standing: it has begun, with url, vkey, folder and logs',
          },
          at: { type: 'integer', description: 'UTC milliseconds' },
          url: { type: ['string', 'null'] },
          vkey: string,
          folder: string,
          logs: { type: 'array' },
          origin: string,
          size,
          before: size,
          why: string,
          problem: string,
          file: { type: 'string', description: 'the newest cosigned checkpoint, for `verify --last`' },
        },
      },
    },
    run: async () => (await import('../run/witness.ts')).run,
  },
];
