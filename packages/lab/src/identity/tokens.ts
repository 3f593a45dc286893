// Access tokens of the simulated Entra ID and Google: signed, with audience, scope and expiry, and really checked when
// they come back. A token that was verified once is remembered until it expires, so that the check costs a look-up.
import { shown, textOf } from '../dialects/fields.ts';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { Caller } from '../caller.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { WORKLOAD_ISSUER, WORKLOAD_SUBJECT, type Secrets } from './secrets.ts';

const REMEMBERED = 4_096;
const LIFETIME_S = 3_600;
const ASSERTION_S = 24 * 3_600;
export const OFFICE_KEY_ID = 'lab-office-1';
const GOOGLE_ISSUER = 'https://accounts.google.com';
/** Any of these scopes lets a caller use Vertex. */
const GOOGLE_SCOPES = new Set([
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/cloud-vertex-ai',
]);
const VERTEX_AUDIENCE = /^https:\/\/([a-z0-9-]+-)?aiplatform\.googleapis\.com\/?$/;

interface Known {
  readonly caller: Caller;
  readonly expires: number;
}

export class TokenOffice {
  /** Seconds that new access tokens live; an admin may shorten it to test refreshing. */
  lifetime = LIFETIME_S;
  readonly #secrets: Secrets;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  #issued = 0;

  constructor(secrets: Secrets, now: () => number) {
    this.#secrets = secrets;
    this.#now = now;
  }

  /** Tokens issued since start, for tests of caching. */
  get issued(): number {
    return this.#issued;
  }

  /** Forgets that tokens were verified: they are all refused until new ones are fetched. */
  revokeAll(): void {
    this.#revokedBefore = this.#seconds() + 1;
    this.#known.clear();
  }

  #revokedBefore = 0;

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  async #sign(claims: JWTPayload, key: KeyObject, algorithm: string, keyId: string, lifetime: number): Promise<string> {
    const now = this.#seconds();
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid: keyId, typ: 'JWT' })
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + lifetime)
      .sign(key);
  }

  /** What a pod of the run's own cluster would be given: an assertion for one of the three federations. */
  async workloadAssertion(audience: string): Promise<string> {
    const claims = { iss: WORKLOAD_ISSUER, sub: WORKLOAD_SUBJECT, aud: audience };
    return this.#sign(claims, this.#secrets.issuerKey.privateKey, 'ES256', 'lab-workload-1', ASSERTION_S);
  }

  async verifyWorkload(assertion: string, audience: string): Promise<boolean> {
    return (
      (await this.#check(assertion, this.#secrets.issuerKey.publicKey, ['ES256'], WORKLOAD_ISSUER, audience)) !== null
    );
  }

  /** An Entra access token; `audience` is the resource without `/.default`. */
  async issueEntra(audience: string): Promise<string> {
    const { tenant, clientId, officeKey } = this.#secrets;
    this.#issued += 1;
    const claims = {
      aud: audience,
      iss: `https://sts.windows.net/${tenant}/`,
      appid: clientId,
      oid: clientId,
      sub: clientId,
      tid: tenant,
      idtyp: 'app',
      ver: '1.0',
      uti: `lab-${this.#issued}`,
    };
    return this.#sign(claims, officeKey.privateKey, 'ES256', OFFICE_KEY_ID, this.lifetime);
  }

  async issueGoogle(email: string, scope: string): Promise<string> {
    this.#issued += 1;
    const claims = { iss: GOOGLE_ISSUER, sub: email, email, scope, jti: `lab-${this.#issued}` };
    return this.#sign(claims, this.#secrets.officeKey.privateKey, 'ES256', OFFICE_KEY_ID, this.lifetime);
  }

  /** A bearer token at an Azure endpoint. `audiences`: resources this endpoint accepts. */
  entra(token: string, audiences: readonly string[]): Caller | Refusal | Promise<Caller | Refusal> {
    return this.#recall(token) ?? this.#entra(token, audiences);
  }

  async #entra(token: string, audiences: readonly string[]): Promise<Caller | Refusal> {
    const { tenant, officeKey } = this.#secrets;
    const claims = await this.#check(token, officeKey.publicKey, ['ES256'], `https://sts.windows.net/${tenant}/`, null);
    if (claims === null) return refuse('auth_invalid', 'Invalid token');
    if (!audiences.includes(shown(claims.aud).replace(/\/$/, ''))) {
      return refuse('auth_invalid', `audience is incorrect: ${shown(claims.aud)}`, { code: 'audience' });
    }
    return this.#remember(token, claims, `entra:${shown(claims['appid'])}`);
  }

  /** A bearer token at Vertex: an access token of ours, or a JWT that the service account signed itself. */
  google(token: string): Caller | Refusal | Promise<Caller | Refusal> {
    return this.#recall(token) ?? this.#google(token);
  }

  async #google(token: string): Promise<Caller | Refusal> {
    const { officeKey, serviceAccount } = this.#secrets;
    const own = await this.#check(token, officeKey.publicKey, ['ES256'], GOOGLE_ISSUER, null);
    if (own !== null) {
      const scopes = textOf(own['scope']).split(' ');
      if (!scopes.some((scope) => GOOGLE_SCOPES.has(scope))) {
        return refuse('forbidden', 'Request had insufficient authentication scopes.', {
          code: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        });
      }
      return this.#remember(token, own, `google:${shown(own['email'])}`);
    }
    const self = await this.#check(token, serviceAccount.key.publicKey, ['RS256'], serviceAccount.email, null);
    const scoped = textOf(self?.['scope'])
      .split(' ')
      .some((scope) => GOOGLE_SCOPES.has(scope));
    if (self !== null && self.sub === serviceAccount.email && (scoped || VERTEX_AUDIENCE.test(shown(self.aud)))) {
      return this.#remember(token, self, `google:${serviceAccount.email}`);
    }
    return refuse('auth_invalid', 'Request had invalid authentication credentials.', {
      code: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
    });
  }

  #recall(token: string): Caller | null {
    const known = this.#known.get(token);
    return known !== undefined && known.expires > this.#now() ? known.caller : null;
  }

  #remember(token: string, claims: JWTPayload, label: string): Caller {
    const caller = { label };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(token, { caller, expires: (claims.exp ?? 0) * 1000 });
    return caller;
  }

  /** Claims of a JWT that holds; null for any reason that it does not. */
  async #check(
    token: string,
    key: KeyObject,
    algorithms: string[],
    issuer: string,
    audience: string | null,
  ): Promise<JWTPayload | null> {
    try {
      decodeProtectedHeader(token);
      if (decodeJwt(token).iss !== issuer) return null;
      const options = {
        algorithms,
        issuer,
        currentDate: new Date(this.#now()),
        ...(audience === null ? {} : { audience }),
      };
      const { payload } = await jwtVerify(token, key, { ...options, requiredClaims: ['exp', 'iat'] });
      return (payload.iat ?? 0) < this.#revokedBefore && issuer !== WORKLOAD_ISSUER ? null : payload;
    } catch {
      return null; // Whatever is wrong with it, the answer is the same: refused. Vendors do not say more either.
    }
  }

  /** A Google service-account assertion (RFC 7523): claims when it holds. */
  async verifyServiceAccount(assertion: string, audiences: readonly string[]): Promise<JWTPayload | null> {
    const { serviceAccount } = this.#secrets;
    const claims = await this.#check(assertion, serviceAccount.key.publicKey, ['RS256'], serviceAccount.email, null);
    if (claims === null || !audiences.includes(shown(claims.aud))) return null;
    return (claims.exp ?? 0) - (claims.iat ?? 0) <= 3_600 ? claims : null;
  }

  /** Public key of the office, as a JWK set. */
  jwks(): unknown {
    const jwk = createPublicKey(this.#secrets.officeKey.publicKey.export({ type: 'spki', format: 'pem' })).export({
      format: 'jwk',
    });
    return { keys: [{ ...jwk, kid: OFFICE_KEY_ID, use: 'sig', alg: 'ES256' }] };
  }
}
