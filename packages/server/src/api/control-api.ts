// Puts the control API together: one set of answers, and two faces that ask it, the control socket and the listener for
// browsers.
import { randomBytes, randomFillSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { isAppError } from '@weighbridge/kernel';
import { SAMPLE_MOUNT } from '@weighbridge/protocol';
import { openViewStore } from '../admin/view-store.ts';
import { startClaimClock } from '../deal/claim-clock.ts';
import { openDealDesk } from '../deal/deal-desk.ts';
import { createReckoner } from '../deal/reckoner.ts';
import { briefAnswer } from './answers/deal.ts';
import { createAnswers } from './answers/index.ts';
import { createExports } from './answers/exports.ts';
import { createLinkAnswer } from './answers/sessions.ts';
import { createApp } from './app.ts';
import { cookieKind } from './cookie.ts';
import { listenForBrowsers, type ControlListener } from './listener.ts';
import { createLive } from './live.ts';
import type { ControlPorts } from './ports.ts';
import type { Face } from './request-context.ts';
import { createSampleMount } from './sample-mount.ts';
import { createSessions } from './sessions.ts';
import { openPlayground } from '../playground/playground.ts';
import { openPlanDesk } from '../plan/plan-desk.ts';
import { openScenarioDesk } from '../scenario/scenario-desk.ts';
import { openStaticFiles } from './static-files.ts';

export interface ListenSettings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Takes any free port where this one is taken, instead of failing. */
  readonly orAnother: boolean;
  /** As browsers see it, where that is not the listener's own address. */
  readonly origin?: string;
  readonly hosts: readonly string[];
}

export interface ControlApiOptions extends Omit<
  ControlPorts,
  'sessions' | 'views' | 'deal' | 'reckoner' | 'origin' | 'mount' | 'scenarios' | 'plans' | 'playground'
> {
  /** Of the gateway: where calls of the playground go. */
  readonly gatewayOrigin: string;
  /** Where the built console lies; absent: it is not served. */
  readonly consoleFolder?: string;
}

export interface ControlApi {
  /** For the control socket: who can open it is the operator. */
  readonly onSocket: (request: IncomingMessage, response: ServerResponse) => void;
  /** Resolves with the origin. Rejects with PORT_TAKEN. */
  listen(settings: ListenSettings): Promise<URL>;
  /** A one-time link to the console, on the sample's pages where a start shows it; null while nothing listens for browsers. */
  link(): { readonly url: string; readonly expires: number } | null;
  close(): Promise<void>;
}

export function createControlApi(options: ControlApiOptions): ControlApi {
  const { stores, clock } = options;
  let origin: URL | null = null;
  let listener: ControlListener | undefined;
  const random = (bytes: Uint8Array): void => void randomFillSync(bytes);
  const scenarios = openScenarioDesk();
  const plans = openPlanDesk();
  const playground = openPlayground({ ...options, origin: options.gatewayOrigin });
  const ports: ControlPorts = {
    ...options,
    scenarios,
    plans,
    playground,
    views: openViewStore(stores),
    deal: openDealDesk(stores),
    reckoner: createReckoner(),
    sessions: createSessions({ clock, random, newId: stores.nextId }),
    origin: () => origin,
    mount: '',
  };
  const newTicket = (): string => randomBytes(32).toString('base64url');
  const exports = createExports({ ...ports, newTicket, brief: (input) => briefAnswer(ports, input) });
  const answers = createAnswers(ports, exports);
  const live = createLive(ports);
  const claimClock = startClaimClock(ports.deal.claims, options.say);
  const files = options.consoleFolder === undefined ? null : openStaticFiles(options.consoleFolder);
  const appFor = (face: Face) => {
    const desk = face.kind === 'listener' ? ports.sample : null;
    const sample = desk === null ? null : createSampleMount({ ports, answers, desk, face });
    return createApp({ ports, face, answers, exports, live, files, sample });
  };
  const noCookie = { name: '', secure: false };
  const socketApp = appFor({ kind: 'socket', cookie: noCookie });
  const onSocket = getRequestListener((request, env) => socketApp.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  return {
    onSocket: (request, response) => void onSocket(request, response),
    listen: async (settings) => {
      listener = await listenOrAnother(settings, (port) =>
        listenForBrowsers({
          host: settings.host,
          port,
          newId: stores.nextId,
          serve: (bound) => {
            origin = originOf(settings, bound);
            const app = appFor({ kind: 'listener', cookie: cookieKind(origin) });
            const hosts = new Set(settings.hosts.map((name) => name.toLowerCase()));
            return { app, door: { origin, port: bound, hosts } };
          },
        }),
      );
      return originOf(settings, listener.port);
    },
    link: () => (origin === null ? null : createLinkAnswer(ports, ports.sample?.shown() === true ? SAMPLE_MOUNT : '')),
    close: async () => {
      claimClock.stop();
      live.close();
      await playground.close();
      await listener?.close();
      await scenarios.close();
      await plans.close();
      await ports.reckoner.close();
    },
  };
}

async function listenOrAnother(
  { port, orAnother }: ListenSettings,
  listen: (port: number) => Promise<ControlListener>,
): Promise<ControlListener> {
  try {
    return await listen(port);
  } catch (error) {
    if (!orAnother || !isAppError(error) || error.code !== 'PORT_TAKEN') throw error;
    return listen(0);
  }
}

function originOf({ origin, host }: ListenSettings, port: number): URL {
  if (origin !== undefined) return new URL(origin);
  const named = host.includes(':') ? `[${host}]` : host;
  return new URL(`http://${named}:${port}`);
}
