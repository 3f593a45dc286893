// The part of the configuration that says who may watch: a scrape by Prometheus, and a collector of OpenTelemetry.
import { z } from 'zod';
import { secret } from './secret-config.ts';

export const telemetryConfig = z.strictObject({
  /** `GET /metrics` on the control listener: with a bearer token, or open where only this machine can ask. */
  prometheus: z.strictObject({ token: secret.optional(), open: z.boolean().default(false) }).optional(),
  /** Spans and metrics by OTLP over HTTP. */
  otlp: z
    .strictObject({
      /** Without `/v1/traces`: `http://127.0.0.1:4318`. */
      endpoint: z.url({ protocol: /^https?$/ }).max(2_048),
      /** Names of headers, and where the value of each stands. */
      headers: z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), secret).default({}),
      /** Of traces, the share that is sent: all spans of one, or none. */
      sample: z.number().min(0).max(1).default(1),
      metrics_seconds: z.int().min(5).max(3_600).default(60),
    })
    .optional(),
});
export type TelemetryConfig = z.output<typeof telemetryConfig>;
