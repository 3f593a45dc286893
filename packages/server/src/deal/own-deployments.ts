// The buyer's own deployments in the terms of the register: which way of getting a model each is, and who holds which role there, as
// the configuration has it.
import type { Deployment } from '@weighbridge/gateway';
import type { DeploymentKind, Duty, Register, Role } from '@weighbridge/governance';
import type { Duties } from '@weighbridge/protocol';

type Row = Duties['deployments'][number];

/** The role's name in the register, and in a deployment of the configuration. */
const NAMES = {
  model_developer: 'developer',
  seller_of_record: 'seller',
  biller: 'biller',
  cloud_operator: 'operator',
  host: 'host',
  data_processor: 'processor',
  sla_provider: 'sla_provider',
} as const satisfies Partial<Record<Role, keyof Deployment['roles']>>;

/** By who is who: on own machines; sold by the developer and billed by the cloud; sold by the cloud; from the developer. */
export function kindOf({ roles }: Pick<Deployment, 'roles'>): DeploymentKind {
  const { developer, seller, biller, host } = roles;
  if (host === 'self') return 'own_accelerators';
  if (seller !== biller) return host === biller ? 'marketplace_cloud_hosted' : 'marketplace_developer_hosted';
  return seller === developer ? 'developer_direct' : 'cloud_sold';
}

export const ownDeployment = (deployment: Deployment): Row => ({
  id: deployment.id,
  title: `${deployment.model} at ${deployment.cloud}`,
  from: 'configuration',
  kind: kindOf(deployment),
  simulated: deployment.simulated,
  roles: Object.entries(NAMES).map(([role, name]) => ({
    role,
    party: deployment.roles[name],
    known_by: 'configuration',
    note: null,
  })),
});

export const registerDeployment = ({ deployments, parties }: Register, id: string): Row | undefined => {
  const held = Object.hasOwn(deployments, id) ? deployments[id] : undefined;
  if (held === undefined) return undefined;
  return {
    id,
    title: held.title,
    from: 'register',
    kind: held.kind,
    simulated: false,
    roles: Object.entries(held.roles).flatMap(([role, holders]) =>
      (holders ?? []).map(({ party, known_by, note }) => ({
        role,
        party: party === undefined ? null : (parties[party]?.name ?? party),
        known_by,
        note: note ?? null,
      })),
    ),
  };
};

/** Who holds the role that has to answer; empty where there is none, or nobody knows. */
export const counterpartiesIn = ({ roles }: Row, { counterparty }: Duty): readonly string[] =>
  counterparty === undefined
    ? []
    : roles.flatMap(({ role, party }) => (role === counterparty && party !== null ? [party] : []));
