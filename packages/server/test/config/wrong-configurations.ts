// A configuration that is right, and every way of making it wrong: what to change, where it is reported, why, and the mend.
import type { Wrong } from './wrong.ts';
import { WRONG_BATCHES } from './wrong-batches.ts';
import { WRONG_BYPASSES } from './wrong-bypasses.ts';
import { WRONG_LEGS } from './wrong-legs.ts';
import { WRONG_LIMITS } from './wrong-limits.ts';
import { WRONG_ROUTES } from './wrong-routes.ts';

export const GOOD = `version: 1
organisation: acme
credentials:
  anthropic: { kind: api_key, secret: { env: ANTHROPIC_API_KEY } }
deployments:
  sonnet-direct:
    cloud: anthropic
    model: claude-sonnet-4-5
    credential: anthropic
    region: global
routes:
  sonnet:
    aliases: [claude-sonnet-4-5]
    candidates:
      - deployment: sonnet-direct
keys:
  ci: { team: platform, policy: { routes: [sonnet] } }
limits:
  rules:
    ci-day: { measure: money, amount: '5.00', window: day, zone: Europe/Berlin, where: { key: [ci] } }
    each-minute: { measure: requests, amount: 60, window: 60s, per: [end_user] }
    at-once: { measure: concurrency, amount: 9, per: [team] }
`;

/** Of no witness: the seed is public. */
const WITNESS_KEY = 'witness.example/w1+0ad7d35e+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c';

export const WRONG: readonly Wrong[] = [
  ...WRONG_BATCHES,
  ...WRONG_BYPASSES,
  ...WRONG_LEGS,
  ...WRONG_LIMITS,
  ...WRONG_ROUTES,
  {
    what: 'an unknown key at the top',
    change: ['organisation: acme', 'organization: acme'],
    line: 2,
    column: 1,
    says: /`organization` is not a key/,
    mend: /did you mean `organisation`/,
  },
  {
    what: 'an unknown key of a deployment',
    change: ['    model: ', '    modell: '],
    line: 8,
    column: 5,
    says: /`modell` is not a key of deployments\.sonnet-direct/,
    mend: /did you mean `model`/,
  },
  {
    what: 'a key that resembles nothing',
    change: ['organisation: acme', 'zzzzzz: 1'],
    line: 2,
    says: /`zzzzzz` is not a key/,
    mend: /use one of version, organisation/,
  },
  {
    what: 'a missing key',
    change: ['    region: global\n', ''],
    line: 6,
    says: /deployments\.sonnet-direct\.region is missing/,
    mend: /add `region:` with a string/,
  },
  {
    what: 'a value of the wrong type',
    change: ['model: claude-sonnet-4-5', 'model: 45'],
    line: 8,
    column: 12,
    says: /model is a number/,
    mend: /quote it: "45"/,
  },
  {
    what: 'a value out of its list',
    change: ['cloud: anthropic', 'cloud: anthropc'],
    line: 7,
    column: 12,
    says: /none of the values/,
    mend: /did you mean anthropic/,
  },
  {
    what: 'a version of another time',
    change: ['version: 1', 'version: 2'],
    line: 1,
    column: 10,
    says: /version is none of the values/,
    mend: /use 1/,
  },
  {
    what: 'an unknown kind of credential',
    change: ['kind: api_key', 'kind: api_kee'],
    line: 4,
    says: /credentials\.anthropic\.kind/,
    mend: /did you mean api_key/,
  },
  {
    what: 'a secret named by a wrong key',
    change: ['{ env: ANTHROPIC_API_KEY }', '{ enf: ANTHROPIC_API_KEY }'],
    line: 4,
    says: /`enf` is not a key/,
    mend: /did you mean `env`/,
  },
  {
    what: 'a name that is no slug',
    change: ['  sonnet:\n', '  Sonnet Route:\n'],
    line: 12,
    column: 3,
    says: /"Sonnet Route" is not a name/,
    mend: /lower-case letters/,
  },
  {
    what: 'a route to no deployment',
    change: ['deployment: sonnet-direct', 'deployment: sonnet-direkt'],
    line: 15,
    column: 21,
    says: /no deployment named "sonnet-direkt"/,
    mend: /did you mean "sonnet-direct"/,
  },
  {
    what: 'a deployment without its credential',
    change: ['credential: anthropic', 'credential: antropic'],
    line: 9,
    column: 17,
    says: /no credential named "antropic"/,
    mend: /did you mean "anthropic"/,
  },
  {
    what: 'a key policy for no route',
    change: ['routes: [sonnet]', 'routes: [sonet]'],
    line: 17,
    says: /no route named "sonet"/,
    mend: /did you mean "sonnet"/,
  },
  {
    what: 'one alias on two routes',
    change: [
      'keys:\n',
      '  other: { aliases: [claude-sonnet-4-5], candidates: [{ deployment: sonnet-direct }] }\nkeys:\n',
    ],
    line: 16,
    says: /"claude-sonnet-4-5" already leads to route "sonnet"/,
    mend: /remove it from "other" or from "sonnet"/,
  },
  {
    what: 'a star in the middle of an alias',
    change: ['[claude-sonnet-4-5]', "['claude-*-5']"],
    line: 13,
    says: /\* that is not at its end/,
    mend: /put the \* last/,
  },
  {
    what: 'a candidate twice',
    change: [
      '      - deployment: sonnet-direct\n',
      '      - deployment: sonnet-direct\n      - deployment: sonnet-direct\n',
    ],
    line: 16,
    says: /stands twice/,
    mend: /weight/,
  },
  {
    what: 'weights that choose nothing',
    change: [
      '    candidates:\n      - deployment: sonnet-direct\n',
      '    strategy: weighted\n    candidates:\n      - { deployment: sonnet-direct, weight: 0 }\n',
    ],
    line: 16,
    says: /every weight of "sonnet" is 0/,
    mend: /weight above 0/,
  },
  {
    what: 'a simulated deployment in the live log',
    change: ['    region: global\n', '    region: global\n    simulated: true\n'],
    line: 11,
    says: /live log takes only real calls/,
    mend: /log: lab/,
  },
  {
    what: 'a real deployment in the lab log',
    change: ['organisation: acme', 'log: lab'],
    line: 6,
    says: /lab log takes only simulated calls/,
    mend: /log: live/,
  },
  {
    what: 'what the cloud itself refuses',
    change: ['cloud: anthropic\n    model: claude-sonnet-4-5', 'cloud: vertex\n    model: claude-sonnet-4-5'],
    line: 6,
    says: /project/,
    mend: /correct deployment "sonnet-direct"/,
  },
  {
    what: 'a price file that is not there',
    change: ['organisation: acme', 'price_files: [own.yaml]'],
    line: 2,
    says: /own\.yaml/,
    mend: /./,
  },
  {
    what: 'a budget as a number',
    change: ['organisation: acme', 'budget: { daily: 5 }'],
    line: 2,
    column: 18,
    says: /budget\.daily is a number/,
    mend: /quote it: "5"/,
  },
  {
    what: 'one key twice in a mapping',
    change: ['organisation: acme', 'organisation: acme\norganisation: other'],
    line: 3,
    says: /stands twice in one mapping/,
    mend: /keep one/,
  },
  {
    what: 'text that is not YAML',
    change: ['routes:\n', 'routes: [\n'],
    line: 13,
    says: /not YAML/,
    mend: /indentation or the quoting/,
  },
  {
    what: 'an API key in clear',
    change: ['{ env: ANTHROPIC_API_KEY }', 'sk-ant-api03-0123456789abcdefghij'],
    code: 'CONFIG_SECRET',
    line: 4,
    column: 39,
    says: /in clear/,
    mend: /environment variable or a file/,
  },
  {
    what: 'a secret in a comment',
    change: ['organisation: acme', '# AKIAIOSFODNN7EXAMPLE'],
    code: 'CONFIG_SECRET',
    line: 2,
    column: 3,
    says: /AWS access key id stands here in clear/,
    mend: /it has been seen/,
  },
  {
    what: 'a Weighbridge key',
    change: ['organisation: acme', '# wb_abcdefghijkl_0123456789abcdefghijklmnopqrstuvwxyz'],
    code: 'CONFIG_SECRET',
    line: 2,
    says: /Weighbridge key/,
    mend: /environment variable/,
  },
  {
    what: 'a private key',
    change: ['organisation: acme', '# -----BEGIN EC PRIVATE KEY-----'],
    code: 'CONFIG_SECRET',
    line: 2,
    says: /private key/,
    mend: /file/,
  },
  {
    what: 'a password that looks like nothing',
    change: ['{ env: ANTHROPIC_API_KEY }', 'hunter2'],
    code: 'CONFIG_SECRET',
    line: 4,
    says: /secret is written out/,
    mend: /environment variable/,
  },
  {
    what: 'a value where the name of a variable belongs',
    change: ['env: ANTHROPIC_API_KEY', 'env: "my secret!"'],
    code: 'CONFIG_SECRET',
    line: 4,
    says: /takes the name of a variable/,
    mend: /environment variable/,
  },
  {
    what: "a witness with a log's key",
    change: [
      'organisation: acme',
      'organisation: acme\njournal: { witnesses: [{ url: "http://w", vkey: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k" }] }',
    ],
    line: 3,
    says: /not the public key of a witness: this is not a witness's Ed25519 key/,
    mend: /`weighbridge witness` prints it/,
  },
  {
    what: 'a witness at an address that is none',
    change: ['organisation: acme', 'organisation: acme\njournal: { witnesses: [{ url: "ftp://w", vkey: "x" }] }'],
    line: 3,
    says: /"ftp:\/\/w" is no address of a witness/,
    mend: /submission prefix/,
  },
  {
    what: 'one witness twice',
    change: [
      'organisation: acme',
      `organisation: acme\njournal:\n  witnesses:\n    - { url: http://a, vkey: ${WITNESS_KEY} }\n    - { url: http://b, vkey: ${WITNESS_KEY} }`,
    ],
    line: 6,
    says: /key of journal\.witnesses\[0\] again/,
    mend: /remove one of the two/,
  },
  {
    what: 'a console that others can reach without TLS',
    change: ['organisation: acme', 'organisation: acme\ncontrol: { host: 0.0.0.0 }'],
    line: 3,
    says: /"0\.0\.0\.0" can be reached from other machines/,
    mend: /control\.origin: https/,
  },
  {
    what: 'a console at an address without TLS',
    change: ['organisation: acme', 'organisation: acme\ncontrol: { origin: "http://weighbridge.example.org" }'],
    line: 3,
    says: /has to be https/,
    mend: /https:\/\//,
  },
  {
    what: 'a console below a path',
    change: ['organisation: acme', 'organisation: acme\ncontrol: { origin: "https://example.org/weighbridge" }'],
    line: 3,
    says: /an origin has no path/,
    mend: /https:\/\/example\.org$/,
  },
];
