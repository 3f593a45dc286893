// Hands a log's key over and is killed at the n-th file that takes its name: what a change of keys does to the disk, cut
// at each of its steps. Usage: node rotate-until-killed.ts FOLDER VAULT STEP rotate|retire
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [folder = '', vault = '', step = '', action = ''] = process.argv.slice(2);
const { nextEpoch, openRecorder } = await import('../../src/index.ts');
const recorder = openRecorder({ folder, vault, epoch: nextEpoch(folder), node: 'node-1', build: 'test', log: 'lab' });
let left = Number(step);
const rename = fs.renameSync;
fs.renameSync = (from, to) => {
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  left -= 1;
  rename(from, to);
};
syncBuiltinESMExports();
if (action === 'retire') recorder.retireKeys('a test');
else recorder.rotateKey('a test');
process.stdout.write('done\n');
process.exit(0);
