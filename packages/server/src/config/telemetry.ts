// Who may watch, checked for what a schema cannot see. Metrics tell what an organisation does: nobody reads them who was not
// meant to.
import type { Config } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';

/** Hosts that only this machine can reach. */
export const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/;

export function checkTelemetry({ telemetry: { prometheus }, control }: Config, problems: ProblemList): void {
  if (prometheus === undefined) return;
  const path = ['telemetry', 'prometheus'];
  if (control === 'off')
    return problems.error(path, 'metrics are served on the control listener, which is off', 'take `control: off` out');
  if (prometheus.token === undefined && !prometheus.open)
    problems.error(
      path,
      'nothing says who may read the metrics',
      'name a `token`, or write `open: true` on a listener that only this machine can reach',
    );
  if (prometheus.token === undefined && prometheus.open && !LOOPBACK.test(control.host))
    problems.error(
      [...path, 'open'],
      `"${control.host}" can be reached from other machines, and the metrics would be open to them`,
      'name a `token`',
    );
}
