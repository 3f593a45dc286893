// The compiled, frozen form of configuration that a lane works from. A snapshot is plain data (it crosses a thread
// border by structured clone) and complete: a call that started under it finishes under it.
import type { NamedBypass } from './bypass/bypass.ts';
import type { LimitRule } from './limits/rule.ts';
import type {
  DeploymentConfig,
  KeyPolicyConfig,
  LogKind,
  Priority,
  Roles,
  RouteConfig,
  Who,
} from '@weighbridge/protocol';

/** One model at one seller in one place. */
export interface Deployment extends Omit<DeploymentConfig, 'roles'> {
  readonly id: string;
  readonly roles: Roles;
}

/** Its capacity is paid for whether it is used or not. */
export const isReserved = ({ capacity, tier }: Pick<Deployment, 'capacity' | 'tier'>): boolean =>
  capacity !== undefined || tier === 'reserved';

export interface Route extends RouteConfig {
  readonly id: string;
}

/** A Weighbridge key as the lane knows it: never the secret. */
export interface KeyRecord {
  /** Public part of the key, between the prefix and the secret. */
  readonly id: string;
  readonly name: string;
  /** base64url HMAC-SHA-256 of the whole key under the vault's pepper. */
  readonly hmac: string;
  readonly revoked: boolean;
  /** UTC milliseconds; absent: does not expire. */
  readonly expires?: number;
  /** It was made with a pair that signs as Amazon's clients do. */
  readonly aws?: true;
  readonly who: Who;
  readonly policy: KeyPolicyConfig;
  /** How urgent its calls are, and the most that they may ask for. */
  readonly priority?: { readonly class: Priority; readonly most?: Priority | undefined };
  /** The configuration has no entry of this name: the key may use nothing, whatever `policy` says. */
  readonly unlisted?: true;
}

export interface Snapshot {
  /** base64url SHA-256 of the canonical configuration: stands in every receipt. */
  readonly digest: string;
  readonly organisation: string;
  readonly log: LogKind;
  readonly node: string;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly requestBytes: number;
  readonly deployments: readonly Deployment[];
  readonly routes: readonly Route[];
  readonly keys: readonly KeyRecord[];
  /** Limits in force, the daily budget among them; absent: none. */
  readonly limits?: readonly LimitRule[];
  /** Hard daily budget over deployments that are not simulated: decimal string and currency. `limits` holds it. */
  readonly budget?: { readonly daily: string; readonly currency: string };
  /** Absent: no route goes on while the journal takes no entries. */
  readonly bypasses?: readonly NamedBypass[];
}
