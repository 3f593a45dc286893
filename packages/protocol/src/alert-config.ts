// The part of the configuration that says where alerts are sent. What is secret (the address of a Slack channel, the key of
// a signature, a password) is named, never written.
import { z } from 'zod';
import { secret } from './secret-config.ts';

const address = z
  .string()
  .max(320)
  .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'write an address, for example ops@example.org');

const every = {
  /** Only alerts of these kinds, by their names: `limit`, `unpriced`, `witness`, … Absent: all. */
  only: z.array(z.string().min(1).max(64)).min(1).max(32).optional(),
  /** Names of users and end users leave the instance with the alert. */
  persons: z.boolean().default(false),
  /** Addresses of private networks and of this machine may be reached. */
  allow_private: z.boolean().default(false),
};

const channel = z.discriminatedUnion('kind', [
  /** JSON, signed as Standard Webhooks asks where a key is named. */
  z.strictObject({ kind: z.literal('webhook'), url: z.url().max(2_048), key: secret.optional(), ...every }),
  /** Any server that takes what Slack's incoming webhooks take. */
  z.strictObject({ kind: z.literal('slack'), url: secret, ...every }),
  z.strictObject({
    kind: z.literal('email'),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).default(587),
    /** `starttls` and `implicit` refuse to go on without; `none` sends in clear. */
    tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
    from: address,
    to: z.array(address).min(1).max(50),
    user: z.string().min(1).max(256).optional(),
    password: secret.optional(),
    ...every,
  }),
]);
export type AlertChannelConfig = z.output<typeof channel>;

/** By a name of one's own. */
export const alertChannels = (name: z.ZodString) => z.record(name, channel).default({});
