// How commands are typed where this one was: what the greeting prints and the console shows can be pasted as it stands.
import { shellWord, type CommandForm } from '@weighbridge/protocol';
import { text, type Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';

export const commandForm = (context: Context): CommandForm => ({
  start: context.env['npm_lifecycle_event'] === undefined ? 'weighbridge' : 'npm run weighbridge --',
  options: text(context, 'home') === undefined ? '' : `--home ${shellWord(homeFolder(context))}`,
});
