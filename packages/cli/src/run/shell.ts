// `help`, `completion`, `version`: made from the table, without loading anything else.
import { readFileSync } from 'node:fs';
import type { Command, Run } from '../frame/command.ts';
import { completion, type Shell } from '../frame/completion.ts';
import { commandHelp, familyHelp, overview } from '../frame/help.ts';
import { familyOf, findCommand } from '../frame/arguments.ts';
import { reference } from '../frame/reference.ts';
import { commandStart, flag } from '../frame/command.ts';
import { COMMANDS } from '../table/table.ts';

export const help: Run = async (context) => {
  const { out } = context;
  const start = commandStart(context.env);
  const family = context.arguments.length === 1 ? familyOf(context.arguments[0], COMMANDS) : [];
  if (family.length > 0) {
    out.data(family.map(plain), () => familyHelp(family, out.paint, start));
    return;
  }
  if (context.arguments.length > 0) {
    const { command } = findCommand(context.arguments, COMMANDS);
    out.data([plain(command)], () => commandHelp(command, out.paint, start));
    return;
  }
  out.data(COMMANDS.map(plain), () =>
    flag(context, 'markdown') ? reference(COMMANDS).trimEnd() : overview(COMMANDS, out.paint, start),
  );
};

export const completions: Run = async (context) => {
  const shell = context.arguments[0] as Shell;
  const script = completion(shell, COMMANDS);
  context.out.data({ shell, script }, () => script);
};

export const version: Run = async (context) => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const versions = { weighbridge: manifest.version, node: process.versions.node };
  context.out.data(versions, () => `weighbridge ${versions.weighbridge} on Node ${versions.node}`);
};

/** The row without what cannot be printed. */
function plain(command: Command): Omit<Command, 'run'> {
  const { run: _, ...rest } = command;
  return rest;
}
