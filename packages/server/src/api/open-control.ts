// The control API of a running server, as its configuration wants it: always on the control socket, and on a listener for
// browsers unless that is switched off.
import { systemClock } from '@weighbridge/kernel';
import type { Config } from '@weighbridge/protocol';
import { createControlApi, type ControlApi, type ControlApiOptions } from './control-api.ts';

export interface OpenControlOptions extends Omit<ControlApiOptions, 'clock'> {
  readonly config: Config['control'];
  /** Port that the command line asks for. */
  readonly port?: number;
  /** Port of the gateway, and whether it was named: 0 asks for any. */
  readonly gateway: { readonly port: number; readonly named: boolean };
}

export interface OpenControl extends ControlApi {
  /** As browsers see it; null when there is no listener for them. */
  readonly origin: URL | null;
}

/** Rejects with PORT_TAKEN for a port that was asked for by number. */
export async function openControl(options: OpenControlOptions): Promise<OpenControl> {
  const { config, gateway, say } = options;
  const api = createControlApi({ ...options, clock: systemClock });
  if (config === 'off') return { ...api, origin: null };
  const asked = options.port ?? config.port;
  const port = asked ?? (gateway.named && gateway.port < 65_535 ? gateway.port + 1 : 0);
  const { host, hosts, origin } = config;
  const settings = { host, hosts, port, orAnother: asked === undefined, ...(origin === undefined ? {} : { origin }) };
  const listening = await api.listen(settings);
  if (asked === undefined && port !== 0 && origin === undefined && listening.port !== String(port))
    say(`port ${port} is taken: the console is at ${listening.origin}`, 'control.port_taken', { port });
  return { ...api, origin: listening };
}
