// How commands are typed where this one was: what the greeting prints, commands advise and the console shows can be pasted
// as it stands.
import { shellWord, typedAs, type CommandForm } from '@weighbridge/protocol';
import { commandStart, text, type Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';

export const commandForm = (context: Context): CommandForm => ({
  start: commandStart(context.env),
  options: text(context, 'home') === undefined ? '' : `--home ${shellWord(homeFolder(context))}`,
});

/** A line that begins with `weighbridge`, for the home and the log of this command. */
export function typed(context: Context, line: string): string {
  const log = text(context, 'log');
  return typedAs(commandForm(context), log === undefined ? line : `${line} --log ${log}`);
}
