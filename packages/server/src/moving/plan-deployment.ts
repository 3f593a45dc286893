// What another program says of a deployment, as ours: one function for each cloud, all of them pure but for the variables that
// addresses stand in. Each says why a deployment cannot be carried, or nothing.
import type { CloudId } from '@weighbridge/protocol';
import { Planning, type CredentialPlan, type PartName, type Wanted } from './planning.ts';
import type { Variables } from './variables.ts';

type Refusal = string | undefined;

/** Answers to "no key is needed" that people write. */
const NO_KEY = /^(none|null|empty|dummy|anything|fake-key|no-key|not-needed|not-required|sk-no-key-required)$/i;
const CLAUDE = /claude/i;

/** A planning that is ready, or why there is none. */
export function planDeployment(wanted: Wanted, variables: Variables): Planning | string {
  const planning = new Planning(wanted, variables);
  for (const [name, said] of PLAIN)
    if (planning.variableOf(name) !== null && planning.plain(name) === undefined)
      return `its ${said} stands in ${planning.variableOf(name)}, which is not set here: set it, and import again`;
  return PLANNERS[wanted.seller.cloud](planning) ?? planning;
}

/** What is no secret and has to stand in our file: a place that was not known would otherwise become another one. */
const PLAIN: readonly (readonly [PartName, string])[] = [
  ['address', 'address'],
  ['resource', 'resource'],
  ['region', 'region'],
  ['project', 'project'],
  ['deployment', 'deployment'],
  ['api_version', 'API version'],
  ['profile', 'profile'],
];

const PLANNERS: Readonly<Record<CloudId, (planning: Planning) => Refusal>> = {
  anthropic: (planning) => addressed(planning, false) ?? keyed(planning) ?? placed(planning, 'global'),
  openai: planOpenai,
  'azure-openai': planAzure,
  foundry: planFoundry,
  bedrock: planBedrock,
  vertex: planVertex,
  'openai-compatible': planCompatible,
};

// --- addresses, keys, regions

/** `needed`: nothing can be called without one. */
function addressed(planning: Planning, needed: boolean): Refusal {
  const { seller } = planning.wanted;
  const variable =
    planning.given('address') === undefined ? (seller.baseVariable ?? null) : planning.variableOf('address');
  const text =
    planning.given('address') === undefined
      ? ((variable === null ? undefined : planning.variables.held(variable)) ?? seller.base)
      : planning.plain('address');
  if (text === undefined && (needed || planning.given('address') !== undefined))
    return variable === null
      ? 'the file says no address'
      : `the file says no address, and ${variable} is not set here: set it, and import again`;
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'its address is none of http or https';
  if (url.username !== '' || url.password !== '')
    return 'its address holds a user name or a password: name the secret in a variable as its key';
  const cut = url.search !== '' || url.hash !== '';
  url.search = '';
  url.hash = '';
  planning.fields['endpoint'] = cut ? url.href : text;
  const read = variable === null ? [] : [`written out as ${variable} had it when this was imported`];
  const says = [...read, ...(cut ? ['what stood behind the ? was taken off'] : [])].join('; ');
  planning.mark('address', says === '' ? 'carried' : 'changed', 'endpoint', says);
  return undefined;
}

/** `isOwn`: a word for "no key" is none there, and no key of a seller's is sent unasked. */
function keyed(planning: Planning, isOwn = planning.wanted.seller.own === true): Refusal {
  const { seller } = planning.wanted;
  const given = planning.given('key');
  if (isOwn && typeof given?.value === 'string' && NO_KEY.test(given.value.trim())) {
    planning.mark('key', 'changed', null, 'it stood for no key, and none is sent');
    return undefined;
  }
  const like = seller.key ?? 'API_KEY';
  if (given !== undefined && (given.value === null || given.value === ''))
    planning.mark('key', 'changed', null, `it is empty: ${isOwn ? 'no key is sent' : `${like} is read`}`);
  const said = planning.secret('key', like);
  if (said !== undefined) planning.credential = apiKey(said);
  else if (given !== undefined && given.value !== null && given.value !== '') return 'its key is no text';
  else if (!isOwn || (seller.own === true && planning.variables.held(like) !== undefined))
    planning.credential = apiKey({ secret: { env: like }, path: null });
  return undefined;
}

const apiKey = (secret: CredentialPlan['secrets'][string]): CredentialPlan => ({
  kind: 'api_key',
  plain: {},
  secrets: { secret },
});

/** Where it runs: as the file says, else as the seller's own default has it, else unknown. */
function placed(planning: Planning, otherwise: string): Refusal {
  planning.fields['region'] = otherwise;
  planning.carry('region', 'region');
  if (planning.fields['region'] === 'unknown')
    planning.notes.push('the source does not say in which region it runs: write `region`, so that policy can go by it');
  return undefined;
}

// --- OpenAI, and servers that speak like it

function planOpenai(planning: Planning): Refusal {
  const host = URL.parse(planning.plain('address') ?? planning.variables.held('OPENAI_API_BASE') ?? '')?.hostname;
  planning.fields['model'] = planning.wanted.model.replace(/^responses\//, '');
  if (host === undefined && planning.given('address') !== undefined) return addressed(planning, true);
  if (host === undefined || host === 'api.openai.com')
    return addressed(planning, false) ?? keyed(planning) ?? placed(planning, 'global');
  planning.fields['cloud'] = 'openai-compatible';
  return keyed(planning, true) ?? addressed(planning, true) ?? placed(planning, 'own');
}

function planCompatible(planning: Planning): Refusal {
  const { seller } = planning.wanted;
  const refusal =
    addressed(planning, true) ?? keyed(planning) ?? placed(planning, seller.own === true ? 'own' : 'unknown');
  if (refusal !== undefined || seller.party === undefined) return refusal;
  sold(planning, seller.party);
  return undefined;
}

/** A server of somebody else's, which the table of our clouds would take for one's own. */
function sold(planning: Planning, party: string): void {
  const roles = ['seller', 'biller', 'operator', 'host', 'processor', 'sla_provider'];
  planning.fields['roles'] = Object.fromEntries(roles.map((role) => [role, party]));
}

// --- Azure

function planAzure(planning: Planning): Refusal {
  azureName(planning);
  const refusal =
    azureAddress(planning, 'openai.azure.com') ?? azureCredential(planning) ?? placed(planning, 'unknown');
  if (refusal !== undefined) return refusal;
  const version = planning.plain('api_version');
  const dated = version === undefined || /^\d{4}-/.test(version);
  planning.fields['path_style'] = dated ? 'deployment' : 'v1';
  planning.carry('api_version', 'api_version');
  // `v1` is the path; the version beside it is asked for by another word.
  if (version === 'v1' || version === 'latest') delete planning.fields['api_version'];
  return undefined;
}

function azureName(planning: Planning): void {
  const name = planning.plain('deployment');
  planning.fields['model'] = (name ?? planning.wanted.model).replace(/^responses\//, '');
  planning.mark('deployment', 'carried', 'model');
}

/** An address at the resource's own host is its resource. */
function azureAddress(planning: Planning, domain: string): Refusal {
  if (planning.given('resource') !== undefined) {
    planning.carry('resource', 'resource');
    return planning.fields['resource'] === undefined ? 'the name of its resource is not set here' : undefined;
  }
  const refusal = addressed(planning, true);
  if (refusal !== undefined) return refusal;
  const url = URL.parse(String(planning.fields['endpoint']));
  const [, resource] = new RegExp(`^([a-z0-9-]+)\\.${domain.replaceAll('.', '\\.')}$`).exec(url?.hostname ?? '') ?? [];
  if (resource === undefined || url?.protocol !== 'https:' || url.port !== '') return undefined;
  delete planning.fields['endpoint'];
  planning.fields['resource'] = resource;
  const at = planning.marks.findIndex(({ field }) => field === 'endpoint');
  const mark = planning.marks[at];
  if (mark !== undefined) planning.marks[at] = { ...mark, field: 'resource' };
  return undefined;
}

function azureCredential(planning: Planning): Refusal {
  const secret = planning.secret('client_secret', 'AZURE_CLIENT_SECRET');
  if (secret === undefined) return keyed(planning);
  const tenant = planning.plain('tenant');
  const client = planning.plain('client_id');
  if (tenant !== undefined && client !== undefined) {
    planning.credential = {
      kind: 'entra_client_secret',
      plain: { tenant, client_id: client },
      secrets: { secret },
    };
    for (const name of ['tenant', 'client_id'] as const) planning.mark(name, 'carried', 'credential');
    return undefined;
  }
  const says = "read by Azure's own chain: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET";
  planning.credential = { kind: 'entra_default', plain: {}, secrets: {} };
  for (const name of ['tenant', 'client_id', 'client_secret'] as const)
    planning.mark(name, 'changed', 'credential', says);
  return undefined;
}

function planFoundry(planning: Planning): Refusal {
  azureName(planning);
  const model = String(planning.fields['model']);
  const host = URL.parse(planning.plain('address') ?? '')?.hostname ?? '';
  if (/\.(models|inference)\.(ai\.azure|ml\.azure)\.com$/.test(host)) {
    planning.fields['cloud'] = 'openai-compatible';
    sold(planning, 'microsoft');
    return addressed(planning, true) ?? keyed(planning) ?? placed(planning, 'unknown');
  }
  const refusal =
    azureAddress(planning, 'services.ai.azure.com') ?? azureCredential(planning) ?? placed(planning, 'unknown');
  if (refusal !== undefined) return refusal;
  const { endpoint } = planning.fields;
  if (typeof endpoint === 'string') planning.fields['endpoint'] = endpoint.replace(/\/(models|anthropic)\/?.*$/, '');
  planning.mark('api_version', 'left', null, 'the v1 path is called, which has no dated version');
  if (!CLAUDE.test(model)) return undefined;
  planning.fields['hosting'] = 'anthropic';
  planning.notes.push(
    'the source does not say who hosts Claude there: `hosting: anthropic` is written; write `azure` if your deployment is hosted on Azure, since roles and residency differ',
  );
  return undefined;
}

// --- Amazon and Google

/** Where the program calls if nobody says a region. */
const AWS_REGION = 'us-west-2';

function planBedrock(planning: Planning): Refusal {
  const plain = planning.wanted.model.replace(/^(converse|invoke|converse_like)\//, '');
  const [, region, model] = /^([a-z]{2}(?:-[a-z]+){1,3}-\d)\/(.+)$/.exec(plain) ?? [];
  planning.fields['model'] = planning.plain('deployment') ?? model ?? plain;
  planning.mark('deployment', 'carried', 'model');
  const variable = ['AWS_REGION_NAME', 'AWS_REGION'].find((name) => planning.variables.held(name) !== undefined);
  const said = region ?? (variable === undefined ? undefined : planning.variables.held(variable));
  const refusal = addressed(planning, false) ?? awsCredential(planning) ?? placed(planning, said ?? AWS_REGION);
  if (planning.given('region') === undefined && said === undefined)
    planning.notes.push(`the source says no region: ${AWS_REGION} is written, which is where it would have called`);
  return refusal;
}

function awsCredential(planning: Planning): Refusal {
  const bearer = planning.secret('key', 'AWS_BEARER_TOKEN_BEDROCK');
  const id = planning.secret('access_key', 'AWS_ACCESS_KEY_ID');
  const secret = planning.secret('secret_key', 'AWS_SECRET_ACCESS_KEY');
  const token = planning.secret('session_token', 'AWS_SESSION_TOKEN');
  const profile = planning.plain('profile');
  if (bearer !== undefined) planning.credential = { kind: 'aws_bearer', plain: {}, secrets: { secret: bearer } };
  else if (id !== undefined && secret !== undefined)
    planning.credential = {
      kind: 'aws_keys',
      plain: {},
      secrets: {
        access_key_id: id,
        secret_access_key: secret,
        ...(token === undefined ? {} : { session_token: token }),
      },
    };
  else planning.credential = { kind: 'aws_default', plain: profile === undefined ? {} : { profile }, secrets: {} };
  planning.mark('profile', 'carried', 'credential');
  return undefined;
}

function planVertex(planning: Planning): Refusal {
  planning.carry('project', 'project');
  const project = planning.plain('project') ?? planning.variables.held('VERTEXAI_PROJECT');
  if (project === undefined)
    return 'it names no Google Cloud project: write one, or set VERTEXAI_PROJECT, and import again';
  planning.fields['project'] = project;
  const location = planning.variables.held('VERTEXAI_LOCATION');
  const refusal = googleCredential(planning) ?? placed(planning, location ?? 'us-central1');
  if (refusal !== undefined) return refusal;
  if (CLAUDE.test(planning.wanted.model)) return addressed(planning, false);
  return openaiAtGoogle(planning, project);
}

/** Google's own models answer in OpenAI's dialect at a path of their own. */
function openaiAtGoogle(planning: Planning, project: string): Refusal {
  const region = String(planning.fields['region']);
  const host = region === 'global' ? 'aiplatform.googleapis.com' : `${region}-aiplatform.googleapis.com`;
  planning.fields['cloud'] = 'openai-compatible';
  delete planning.fields['project'];
  const path = `v1/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(region)}`;
  planning.fields['endpoint'] = `https://${host}/${path}/endpoints/openapi/chat/completions`;
  planning.fields['model'] = planning.wanted.model.includes('/')
    ? planning.wanted.model
    : `google/${planning.wanted.model}`;
  sold(planning, 'google');
  for (const [at, mark] of planning.marks.entries())
    if (mark.field === 'project') planning.marks[at] = { ...mark, field: 'endpoint' };
  planning.mark('address', 'left', null, "Google's path for OpenAI's dialect is called instead");
  planning.notes.push("it is spoken to in OpenAI's dialect, at Google's own path for that");
  return undefined;
}

function googleCredential(planning: Planning): Refusal {
  const file = planning.plain('service_file');
  planning.credential = { kind: 'google_default', plain: {}, secrets: {} };
  if (planning.given('service_file') === undefined) return undefined;
  if (file !== undefined && !file.startsWith('{')) {
    planning.credential = { kind: 'google_file', plain: { file }, secrets: {} };
    planning.mark('service_file', 'carried', 'credential');
    return undefined;
  }
  const says =
    'the account is written out or not set here: keep it in a file and write `kind: google_file`; until then the default credentials are used';
  planning.mark('service_file', 'left', null, says);
  return undefined;
}
