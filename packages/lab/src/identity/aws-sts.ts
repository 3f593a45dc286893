// AWS STS, as far as the credential chain's web-identity step needs it: AssumeRoleWithWebIdentity, in the query protocol
// and XML of the real service. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
import type { Lab } from '../lab.ts';
import type { Exchange } from '../wire/exchange.ts';
import { answerXml, readForm } from './form.ts';
import { WORKLOAD_SUBJECT } from './secrets.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const SHORTEST_S = 900;
const LONGEST_S = 43_200;
export const STS_AUDIENCE = 'sts.amazonaws.com';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function failure(exchange: Exchange, status: number, code: string, message: string): void {
  answerXml(
    exchange,
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escape(message)}</Message></Error><RequestId>${crypto.randomUUID()}</RequestId></ErrorResponse>`,
  );
}

/** True when the request was for STS and has been answered. */
export async function answerSts(exchange: Exchange, lab: Lab): Promise<boolean> {
  if (exchange.method !== 'POST' || (exchange.path !== '/aws/' && exchange.path !== '/aws')) return false;
  const form = readForm(exchange);
  const action = form.get('Action');
  if (action !== 'AssumeRoleWithWebIdentity' || form.get('Version') !== '2011-06-15') {
    failure(
      exchange,
      400,
      'InvalidAction',
      `Could not find operation ${String(action).slice(0, 60)} for version ${String(form.get('Version')).slice(0, 20)}`,
    );
    return true;
  }
  const seconds = Number(form.get('DurationSeconds') ?? 3_600);
  if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) {
    failure(
      exchange,
      400,
      'ValidationError',
      "1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: Member must have length between 2 and 64",
    );
  } else if (!(seconds >= SHORTEST_S && seconds <= LONGEST_S)) {
    failure(
      exchange,
      400,
      'ValidationError',
      "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200",
    );
  } else if (!(await lab.tokens.verifyWorkload(form.get('WebIdentityToken') ?? '', STS_AUDIENCE))) {
    failure(
      exchange,
      400,
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  } else if (form.get('RoleArn') !== lab.secrets.roleArn) {
    failure(exchange, 403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  } else success(exchange, lab, form, Math.min(seconds, lab.tokens.lifetime));
  return true;
}

function success(exchange: Exchange, lab: Lab, form: ReadonlyMap<string, string>, seconds: number): void {
  const key = lab.assumed.issue(lab.now() + seconds * 1000);
  const session = escape(form.get('RoleSessionName') ?? '');
  const arn = lab.secrets.roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
  const expiration = new Date(key.expires ?? 0).toISOString().replace(/\.\d+Z$/, 'Z');
  answerXml(
    exchange,
    200,
    `<AssumeRoleWithWebIdentityResponse xmlns="${NAMESPACE}"><AssumeRoleWithWebIdentityResult>` +
      `<Audience>${STS_AUDIENCE}</Audience><AssumedRoleUser><AssumedRoleId>AROALABSIMULATED:${session}</AssumedRoleId><Arn>${arn}/${session}</Arn></AssumedRoleUser>` +
      `<Credentials><AccessKeyId>${key.id}</AccessKeyId><SecretAccessKey>${key.secret}</SecretAccessKey><SessionToken>${key.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>` +
      `<SubjectFromWebIdentityToken>${WORKLOAD_SUBJECT}</SubjectFromWebIdentityToken></AssumeRoleWithWebIdentityResult>` +
      `<ResponseMetadata><RequestId>${crypto.randomUUID()}</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`,
  );
}
