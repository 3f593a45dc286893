// Headers that every answer of the control listener bears. The policy stands in protocol, for the console's own tests too.
import { CONTENT_SECURITY_POLICY } from '@weighbridge/protocol';

const COMMON = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const YEAR_S = 31_536_000;

/** `secure`: browsers see the instance behind TLS. */
export const securityHeaders = (secure: boolean): Readonly<Record<string, string>> =>
  secure ? { ...COMMON, 'strict-transport-security': `max-age=${YEAR_S}` } : COMMON;
