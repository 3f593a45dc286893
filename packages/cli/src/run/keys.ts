// `keys`: through the running instance, which tells its lanes; without one, under the folder's lock.
import {
  askControl,
  checkNewKey,
  foldKeys,
  linesToAdd,
  openKeyStore,
  readKeys,
  requireListed,
  viewOf,
  type KeyView,
  type NewKey,
} from '@weighbridge/server';
import { AppError } from '@weighbridge/kernel';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { instant, textTable } from '../frame/text-table.ts';
import { parseInstant } from '../read/instants.ts';
import { typed } from '../read/command-form.ts';
import { configBeside } from '../read/key-entries.ts';
import { journalOf, placeOf } from '../read/place.ts';
import { withStores } from '../read/stores.ts';

interface Created {
  readonly key: string;
  readonly state: KeyView;
  readonly aws?: { readonly access_key_id: string; readonly secret_access_key: string };
}

export const create: Run = async (context) => {
  const asked = newKey(context);
  const { instance } = placeOf(context);
  const made: Created =
    instance === undefined
      ? await withStores(context, async (stores) => {
          checkNewKey(asked);
          const beside = configBeside(context, stores);
          if (beside !== undefined) requireListed(beside.config, asked.name, beside.source);
          else context.out.note(`There is no configuration here yet. For this key ${linesToAdd(asked.name)}`);
          const created = await openKeyStore(stores).create(asked, { via: 'command' });
          return { ...created, state: viewOf(created.state) };
        })
      : await askControl<Created>(instance.socket, 'POST', '/keys', {
          name: asked.name,
          ...asked.who,
          expires: asked.expires,
          aws: asked.aws,
        });
  context.out.data(made, () => secretsOf(made));
  context.out.note(
    `Key ${made.state.id}, named ${made.state.name}. It is shown only now: keep it where secrets are kept.`,
  );
};

/** As lines that a shell can source, where there is more than the key. */
function secretsOf({ key, aws }: Created): string {
  if (aws === undefined) return key;
  return `${key}\nAWS_ACCESS_KEY_ID=${aws.access_key_id}\nAWS_SECRET_ACCESS_KEY=${aws.secret_access_key}`;
}

function newKey(context: Context): NewKey {
  const who: Record<string, string> = {};
  for (const field of ['team', 'project', 'cost-centre', 'principal', 'environment']) {
    const value = text(context, field);
    if (value !== undefined) who[field.replace('-', '_')] = value;
  }
  const end = text(context, 'expires');
  const expires = end === undefined ? undefined : parseInstant(end, Date.now(), 'expires');
  if (expires !== undefined && expires <= Date.now()) {
    throw new AppError('USAGE', `--expires ${end} has passed already`, { next: 'give a day to come' });
  }
  return {
    name: context.arguments[0] ?? '',
    who,
    aws: flag(context, 'aws'),
    ...(expires === undefined ? {} : { expires }),
  };
}

export const list: Run = async (context) => {
  const all = await keysOf(context);
  const keys = flag(context, 'all') ? all : all.filter((key) => !key.revoked);
  context.out.data(keys, () =>
    keys.length === 0 ? `No keys. Make one: ${typed(context, 'weighbridge keys create NAME')}` : table(keys),
  );
};

async function keysOf(context: Context): Promise<readonly KeyView[]> {
  const { instance } = placeOf(context);
  if (instance !== undefined) return (await askControl<{ keys: KeyView[] }>(instance.socket, 'GET', '/keys')).keys;
  const { journal } = journalOf(context);
  const keys = foldKeys(readKeys(journal)).map(viewOf);
  journal.close();
  return keys;
}

export const revoke: Run = async (context) => {
  const key = context.arguments[0] ?? '';
  const reason = text(context, 'reason');
  const { instance } = placeOf(context);
  const revoked =
    instance === undefined
      ? await withStores(context, async (stores) =>
          viewOf(await openKeyStore(stores).revoke(key, reason, { via: 'command' })),
        )
      : (await askControl<{ key: KeyView }>(instance.socket, 'POST', '/keys/revoke', { key, reason })).key;
  context.out.data(revoked, () => `Revoked ${revoked.id} (${revoked.name}).`);
};

function table(keys: readonly KeyView[]): string {
  return textTable(
    [
      { title: 'ID', cell: (key) => key.id },
      { title: 'NAME', cell: (key) => key.name },
      { title: 'MADE', cell: (key) => instant(key.created) },
      { title: 'STATE', cell: stateOf },
      {
        title: 'FOR',
        cell: (key) =>
          Object.entries(key.who)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ') || '-',
      },
    ],
    keys,
  );
}

function stateOf(key: KeyView): string {
  if (key.revoked) return `revoked ${key.revokedAt === undefined ? '' : instant(key.revokedAt)}`.trimEnd();
  if (key.expires === undefined) return 'in force';
  return key.expires <= Date.now() ? `expired ${instant(key.expires)}` : `until ${instant(key.expires)}`;
}
