// A file under watch, on a real file system: each way of saving it, each way of losing it, and what is told of either.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { contentDigest, watchFile, type FileWatch, type WatchOptions, type WatchState } from '../src/watch-file.ts';
import { makePipe, until } from './support/server.ts';

const root = mkdtempSync(join(tmpdir(), 'weighbridge-watch-'));
const open: FileWatch[] = [];
after(() => {
  for (const each of open) each.close();
  rmSync(root, { recursive: true, force: true });
});

interface Watched {
  readonly folder: string;
  readonly file: string;
  readonly watched: FileWatch;
  readonly states: WatchState[];
  /** Resolves when a further change of content was told, with how many that makes. */
  readonly changed: () => Promise<number>;
  readonly changes: () => number;
}

let places = 0;
function place(): { folder: string; file: string } {
  places += 1;
  const folder = join(root, `place-${places}`);
  mkdirSync(folder);
  return { folder, file: join(folder, 'weighbridge.yaml') };
}

function begin(at = place(), more: Partial<WatchOptions> = {}): Watched {
  const { folder, file } = at;
  if (contentDigest(file) === undefined) writeFileSync(file, 'first');
  const states: WatchState[] = [];
  let changes = 0;
  let seen = 0;
  const watched = watchFile(file, {
    changed: () => void (changes += 1),
    told: (state) => states.push(state),
    lookMs: 20,
    goneMs: 60,
    ...more,
  });
  open.push(watched);
  const changed = async (): Promise<number> => {
    await until('a change is told', 5_000, () => (changes > seen ? true : undefined));
    seen = changes;
    return changes;
  };
  return { folder, file, watched, states, changed, changes: () => changes };
}

/** The system's own watch alone: no look comes to its help while a test lasts. */
const UNAIDED = { lookMs: 600_000 };

describe('a file that is saved', () => {
  test('in place, as echo does it', async () => {
    const { file, changed } = begin(place(), UNAIDED);
    writeFileSync(file, 'second');
    assert.equal(await changed(), 1);
    writeFileSync(file, 'third');
    assert.equal(await changed(), 2);
  });

  test('by renaming a new file over it, as vim and most tools do it, again and again', async () => {
    const { file, changed, changes } = begin(place(), UNAIDED);
    for (const content of ['second', 'third', 'fourth']) {
      writeFileSync(`${file}.swp`, content);
      renameSync(`${file}.swp`, file);
      await changed();
    }
    assert.equal(changes(), 3, 'each once');
  });

  test('by moving it away first and writing it anew, as editors with backups do it', async () => {
    const { file, changed, states } = begin(place(), UNAIDED);
    renameSync(file, `${file}~`);
    writeFileSync(file, 'second');
    await changed();
    assert.deepEqual(states, [], 'gone for a moment is no trouble');
  });

  test('by swapping a link in its folder, as mounted configuration does it', async () => {
    const { folder, file } = place();
    for (const [name, content] of Object.entries({ one: 'first', two: 'second' })) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'weighbridge.yaml'), content);
    }
    symlinkSync('one', join(folder, '..data'));
    symlinkSync(join('..data', 'weighbridge.yaml'), file);
    const { changed } = begin({ folder, file }, UNAIDED);
    symlinkSync('two', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    assert.equal(await changed(), 1);
  });

  test('with the content that it had is no change', async () => {
    const { file, changed, changes } = begin();
    writeFileSync(file, 'first');
    renameSync(file, `${file}~`);
    writeFileSync(file, 'first');
    writeFileSync(file, 'second');
    await changed();
    assert.equal(changes(), 1);
  });

  test('between its reading and the begin of the watch is a change', async () => {
    const at = place();
    writeFileSync(at.file, 'first');
    const known = contentDigest(at.file);
    writeFileSync(at.file, 'second');
    assert.equal(await begin(at, { known, ...UNAIDED }).changed(), 1);
  });
});

describe('a file that is lost', () => {
  test('with its folder is told once, and taken again when both are back; later changes are told at once', async () => {
    const { folder, file, watched, states, changed } = begin();
    rmSync(folder, { recursive: true });
    await until('the loss is told', 5_000, () => (states.length > 0 ? true : undefined));
    assert.deepEqual([watched.state().state, watched.state().problem], ['lost', 'it is not there']);
    mkdirSync(folder);
    writeFileSync(file, 'second');
    await changed();
    await until('the return is told', 5_000, () => (states.length > 1 ? true : undefined));
    writeFileSync(file, 'third');
    await changed();
    assert.deepEqual(
      states.map(({ state }) => state),
      ['lost', 'watching'],
    );
  });

  test('with a folder that is made again at once: its watch is dead, and a new one stands', async () => {
    const { folder, file, changed, states } = begin(place(), { goneMs: 5_000 });
    for (const content of ['second', 'third']) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      writeFileSync(file, content);
      await changed();
    }
    assert.deepEqual(states, []);
  });

  test('to a pipe is a change, and nobody waits for the pipe', async () => {
    const { file, changed } = begin();
    rmSync(file);
    makePipe(file);
    assert.equal(await changed(), 1);
    rmSync(file);
    writeFileSync(file, 'second');
    assert.equal(await changed(), 2);
  });

  test('to a link that leads in a circle is told with the reason', async () => {
    const { file, states } = begin();
    rmSync(file);
    symlinkSync(file, file);
    const [state] = await until('the loss is told', 5_000, () => (states.length > 0 ? states : undefined));
    assert.deepEqual([state?.state, state?.problem], ['lost', 'it cannot be read (ELOOP)']);
  });
});

describe('a system that does not tell', () => {
  test('for want of watches: it is said, changes are found all the same, and the first watch to be had is taken', async () => {
    let none = true;
    const { file, watched, states, changed } = begin(place(), {
      watch: (folder, heard) => {
        if (none) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        return watch(folder, heard);
      },
    });
    assert.deepEqual(
      states.map(({ state, problem }) => [state, problem]),
      [['looking', 'the system has no watches left (ENOSPC)']],
    );
    writeFileSync(file, 'second');
    await changed();
    assert.equal(watched.state().state, 'looking');
    none = false;
    await until('it is watched', 5_000, () => (watched.state().state === 'watching' ? true : undefined));
    assert.equal(states.length, 2, 'each told once');
  });

  test('because its watch fails while it stands: it is said, and a new one is set up', async () => {
    class Failing extends EventEmitter {
      close(): void {
        this.removeAllListeners('change');
      }
    }
    const made: Failing[] = [];
    const { states, file, changed } = begin(place(), {
      watch: () => {
        made.push(new Failing());
        return made.at(-1) as unknown as FSWatcher;
      },
    });
    made[0]?.emit('error', Object.assign(new Error('gone'), { code: 'EIO' }));
    assert.deepEqual([states[0]?.state, states[0]?.problem], ['looking', 'it cannot be read (EIO)']);
    await until('it is watched anew', 5_000, () => (states.length > 1 ? true : undefined));
    assert.deepEqual([states[1]?.state, made.length], ['watching', 2]);
    writeFileSync(file, 'second');
    await changed();
  });
});
