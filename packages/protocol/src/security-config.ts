// The part of the configuration that says where security events go: to a file that an agent reads, or by syslog to a SIEM.
// What is secret (the key of a client certificate) is named, never written.
import { z } from 'zod';
import { secret } from './secret-config.ts';
import { SECURITY_EVENT_NAMES } from './security-names.ts';

const every = {
  /** Only these, by name. Absent: all. */
  only: z.array(z.enum(SECURITY_EVENT_NAMES)).min(1).optional(),
};

const destination = z.discriminatedUnion('kind', [
  /** One JSON object a line. */
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(1_024), ...every }),
  z.strictObject({
    kind: z.literal('syslog'),
    host: z.string().min(1).max(255),
    /** By default 6514 for `tls`, 601 for `tcp`, 514 for `udp`. */
    port: z.int().min(1).max(65_535).optional(),
    transport: z.enum(['tls', 'tcp', 'udp']).default('tls'),
    /** RFC 5424; 13 is that of log audits. */
    facility: z.int().min(0).max(23).default(13),
    /** Of `tls`: certificates (PEM) to trust in place of the system's, and who we are where the server asks. */
    ca: z.string().min(1).max(1_024).optional(),
    client: z.strictObject({ certificate: z.string().min(1).max(1_024), key: secret }).optional(),
    ...every,
  }),
]);
export type SecurityDestinationConfig = z.output<typeof destination>;

/** By a name of one's own; eight at most. */
export const securityDestinations = (name: z.ZodString) =>
  z
    .record(name, destination)
    .refine((all) => Object.keys(all).length <= 8, 'eight destinations at most')
    .default({});
