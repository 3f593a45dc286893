// `deal register`: the register that ships, and the organisation's own file laid over it.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { refuseErrors } from '@weighbridge/document';
import type { CheckedRegister, RegisterView, SavedRegister } from '@weighbridge/protocol';
import { checkedRegister, dealAtRest, registerExample, savedRegister } from '@weighbridge/server';
import { flag, type Context, type Run } from '../frame/command.ts';
import type { Paint } from '../frame/output.ts';
import { counted, textTable } from '../frame/text-table.ts';
import { asked, asOf } from '../read/as-of.ts';
import { changeLine } from '../read/change-line.ts';
import { boundedText } from '../read/bounded-file.ts';
import { typed } from '../read/command-form.ts';
import { changeDesk, instanceClient, readDesk } from '../read/deal-desk.ts';

export const run: Run = async (context) => {
  const [action, name] = context.arguments;
  if (action === 'show') return show(context);
  if (action === 'remove') return remove(context);
  if (action === 'example') return context.out.data({ text: registerExample() }, () => registerExample().trimEnd());
  if (name === undefined)
    throw new AppError('USAGE', `\`deal register ${action}\` needs a file`, {
      next: `for example: weighbridge deal register ${action} register.yaml; \`deal register example\` prints one to begin with`,
    });
  const given = { file: name.slice(-200), text: registerText(context, name) };
  return action === 'import' ? enter(context, given) : look(context, given, action === 'diff');
};

interface Given {
  readonly file: string;
  readonly text: string;
}

/** Throws USAGE. */
function registerText(context: Context, name: string): string {
  try {
    return boundedText(resolve(context.workingFolder, name));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('USAGE', `${name.slice(0, 200)} cannot be read: ${reason}`, {
      next: 'name the file of your register; `deal register example` prints one to begin with',
      cause,
    });
  }
}

async function show(context: Context): Promise<void> {
  const day = asked(context);
  const instance = instanceClient(context);
  const found =
    instance === undefined
      ? await readDesk(context, (desk) => dealAtRest(desk, Date.now()).register(day.at))
      : await instance.ask('register', day);
  context.out.data(found, () => asOf(day, registerWords(context, found)));
}

function registerWords(context: Context, { parties, links, own, unread, versions }: RegisterView): string {
  const from = (where: 'shipped' | 'own'): string => (where === 'own' ? 'yours' : 'with Weighbridge');
  const standing =
    own === null
      ? `Nothing of your own is entered: ${typed(context, 'weighbridge deal register import FILE')}`
      : `Yours: ${own.title}, from ${own.file}, entered ${new Date(own.entered).toISOString().slice(0, 16)}Z; ${counted(versions.length, 'version')} in the log.`;
  return [
    `Parties\n${textTable(
      [
        { title: '  PARTY', cell: ({ id }) => `  ${id}` },
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'OWNED BY', cell: ({ parent }) => parent ?? '-' },
        { title: 'FROM', cell: (party) => from(party.from) },
        { title: 'SOURCE', cell: ({ source }) => source },
      ],
      parties,
    )}`,
    `Links\n${textTable(
      [
        { title: '  LINK', cell: ({ id }) => `  ${id}` },
        {
          title: 'WHAT',
          cell: ({ from_name: one, type, to_name: other }) => `${one} ${type.replaceAll('_', ' ')} ${other}`,
        },
        { title: 'AMOUNT', cell: ({ amount }) => amount ?? '-' },
        { title: 'STATUS', cell: ({ status }) => status.replaceAll('_', ' ') },
        { title: 'FROM', cell: ({ from_register: where }) => from(where) },
      ],
      links,
    )}`,
    standing,
    ...(unread === null ? [] : [`It can no longer be read, and adds nothing until it is mended:\n${unread}`]),
  ].join('\n\n');
}

/** A file with an error ends as `import` would end it. */
async function look(context: Context, { file, text: content }: Given, whole: boolean): Promise<void> {
  const instance = instanceClient(context);
  const checked =
    instance === undefined
      ? await readDesk(context, ({ register }) => checkedRegister(register, content, Date.now()))
      : await instance.ask('checkRegister', { text: content });
  refuseErrors(
    { code: 'DEAL_INVALID', what: 'the register' },
    file,
    checked.problems.map((problem) => ({ ...problem, code: 'DEAL_INVALID' })),
  );
  context.out.data(checked, () =>
    whole ? changesText(checked, context.out.paint) : `${file} is sound: ${countsText(checked.reading)}.`,
  );
}

function changesText({ changes, replaces }: CheckedRegister, paint: Paint): string {
  if (changes === null) return 'What stands can no longer be read, so nothing can be set beside it.';
  if (changes.length === 0) return 'No difference.';
  const lines = changes.map((change) => changeLine(change, paint));
  return [...(replaces === null ? ['None of your own stands yet; it would add:'] : []), ...lines].join('\n');
}

const countsText = (reading: CheckedRegister['reading'] | SavedRegister): string =>
  reading === null
    ? 'nothing'
    : [
        counted(reading.parties, 'party', 'parties'),
        counted(reading.links, 'link'),
        counted(reading.watch, 'matter to watch', 'matters to watch'),
        counted(reading.steps, 'step of the playbook', 'steps of the playbook'),
        counted(reading.duties, 'duty', 'duties'),
        counted(reading.claims, 'claim'),
      ].join(', ');

async function enter(context: Context, given: Given): Promise<void> {
  const follows = flag(context, 'new') ? null : undefined;
  const instance = instanceClient(context);
  const saved =
    instance === undefined
      ? await changeDesk(context, async ({ register }, name) =>
          savedRegister(register, await register.enter({ ...given, follows }, { via: 'command' }), name),
        )
      : await instance.ask('saveRegister', { ...given, ...(follows === null ? { follows } : {}) });
  context.out.data(saved, () =>
    saved.changed
      ? `Entered ${saved.title} into the ${saved.log} log (${saved.origin}): ${countsText(saved)}.`
      : `It stands so already in the ${saved.log} log (${saved.origin}): nothing was written.`,
  );
}

async function remove(context: Context): Promise<void> {
  const instance = instanceClient(context);
  if (instance === undefined) await changeDesk(context, ({ register }) => register.remove({ via: 'command' }));
  else await instance.ask('removeRegister', {});
  context.out.data({ removed: true }, () => 'Took out your register: its versions stay in the log.');
}
