// Puts one lab together in this process: certificates, credentials, a listener per site, identity, admin. Everything it
// opens is closed by `close`.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { AppError, systemClock } from '@weighbridge/kernel';
import { administer, type Doors } from './admin.ts';
import { LAB_CLOUDS } from './clouds/index.ts';
import { LAB_SITES, type LabEndpoints, type LabOptions, type LabSite } from './endpoints.ts';
import { makeAuthority } from './identity/authority.ts';
import { identityHandler } from './identity/server.ts';
import { makeSecrets, WORKLOAD_AUDIENCE, writeSecrets } from './identity/secrets.ts';
import { Lab } from './lab.ts';
import { receive } from './wire/exchange.ts';
import { openDoor, type Door } from './wire/listen.ts';

export interface OpenLab {
  readonly endpoints: LabEndpoints;
  close(): Promise<void>;
}

/** Opens the lab. Throws PORT_TAKEN when `firstPort` does not fit. */
export async function runLab(options: LabOptions): Promise<OpenLab> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [authority, secrets] = await Promise.all([makeAuthority(systemClock.wall()), makeSecrets()]);
  const caFile = join(folder, 'lab-ca.pem');
  writeFileSync(caFile, authority.caPem, { mode: 0o600 });
  const lab = new Lab(options, secrets);
  const opened = new Map<string, Door>();
  const doors: Doors = async (site, open) => {
    const door = opened.get(site);
    if (door === undefined)
      throw new AppError('BAD_REQUEST', `the lab has no site "${site}"; it has ${LAB_SITES.join(', ')}`);
    await (open ? door.open() : door.close());
  };
  const port = portsFrom(options.firstPort);
  const close = async (): Promise<void> => {
    await Promise.all([...opened.values()].map((door) => door.close()));
  };
  try {
    for (const site of LAB_SITES) opened.set(site, await openDoor(siteHandler(site, lab, doors), port(), null));
    const tls = { key: authority.keyPem, cert: authority.certPem };
    const identity = await openDoor(identityHandler(lab), port(), tls);
    opened.set('identity', identity);
    const admin = await openDoor(siteHandler(null, lab, doors), port(), null);
    opened.set('admin', admin);
    lab.endpoints = await describe(lab, options, folder, caFile, opened);
    return { endpoints: lab.endpoints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const portsFrom = (first: number | undefined): (() => number) => {
  let next = first ?? 0;
  return () => (first === undefined ? 0 : next++);
};

const ADMIN_PREFIX = '/__lab/';

function siteHandler(site: LabSite | null, lab: Lab, doors: Doors): RequestListener {
  const cloud = site === null ? undefined : LAB_CLOUDS[site];
  const now = (): number => lab.monotonic();
  return (req: IncomingMessage, res: ServerResponse) => {
    receive(site ?? 'anthropic', req, res, now, (exchange) => {
      if (cloud === undefined || exchange.path.startsWith(ADMIN_PREFIX)) {
        // It answers its own failures; what is left is a connection that broke meanwhile.
        administer(exchange, lab, doors).catch(() => res.destroy());
        return;
      }
      lab.keep(exchange);
      cloud(exchange, lab);
    });
  };
}

async function describe(
  lab: Lab,
  options: LabOptions,
  folder: string,
  caFile: string,
  opened: ReadonlyMap<string, Door>,
): Promise<LabEndpoints> {
  const origin = (name: string, scheme = 'http'): string => `${scheme}://127.0.0.1:${opened.get(name)?.port ?? 0}`;
  const identity = origin('identity', 'https');
  const { secrets, tokens } = lab;
  const urls = {
    googleTokenUrl: `${identity}/token`,
    googleStsUrl: `${identity}/v1/token`,
  };
  const credentials = writeSecrets(folder, secrets, {
    ...urls,
    entraAssertion: await tokens.workloadAssertion('api://AzureADTokenExchange'),
    googleAssertion: await tokens.workloadAssertion(WORKLOAD_AUDIENCE),
    awsAssertion: await tokens.workloadAssertion('sts.amazonaws.com'),
  });
  return {
    simulated: true,
    pid: process.pid,
    seed: options.seed,
    folder,
    clouds: Object.fromEntries(LAB_SITES.map((site) => [site, origin(site)])) as Record<LabSite, string>,
    identity: {
      origin: identity,
      entra: identity,
      google_token: urls.googleTokenUrl,
      google_sts: urls.googleStsUrl,
      aws_sts: `${identity}/aws/`,
    },
    admin: origin('admin'),
    caFile,
    credentials,
  };
}
