// A line of waiting calls as a structure: whose turn it is, who gives way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Line } from '../../src/queue/line.ts';

interface Entry {
  readonly name: string;
  readonly urgency: number;
  readonly of: string;
}

const entry = (name: string, urgency: number, of = 'key'): Entry => ({ name, urgency, of });

function emptied(line: Line<Entry>): string[] {
  const names: string[] = [];
  for (let first = line.first(); first !== undefined; first = line.first()) {
    names.push(first.name);
    line.take(first);
  }
  return names;
}

test('the most urgent go first, in a class one of each key in turn, of a key the oldest', () => {
  const line = new Line<Entry>(10);
  for (const one of [
    entry('a1', 1, 'a'),
    entry('a2', 1, 'a'),
    entry('a3', 1, 'a'),
    entry('b1', 1, 'b'),
    entry('c1', 0, 'c'),
    entry('b2', 1, 'b'),
    entry('d1', 3, 'd'),
  ])
    assert.equal(line.add(one), null);
  assert.deepEqual(emptied(line), ['d1', 'a1', 'b1', 'a2', 'b2', 'a3', 'c1']);
  assert.equal(line.size, 0);
});

test('in a full line the newest of the least urgent gives way, and of one key nobody who is as urgent', () => {
  const line = new Line<Entry>(3);
  line.add(entry('low1', 0));
  line.add(entry('low2', 0));
  line.add(entry('high1', 2));
  assert.equal(line.add(entry('low3', 0))?.name, 'low3', 'there is no place for it');
  assert.equal(line.add(entry('normal', 1))?.name, 'low2');
  assert.equal(line.add(entry('high2', 2))?.name, 'low1');
  assert.equal(line.add(entry('high3', 2))?.name, 'normal');
  assert.equal(line.add(entry('high4', 2))?.name, 'high4');
  assert.deepEqual(emptied(line), ['high1', 'high2', 'high3']);
});

test('no key keeps the others of its class out of the line, and none is turned out below its share', () => {
  const line = new Line<Entry>(4);
  for (let at = 1; at <= 4; at += 1) line.add(entry(`greedy${at}`, 1, 'greedy'));
  assert.equal(line.add(entry('modest1', 1, 'modest'))?.name, 'greedy4');
  assert.equal(line.add(entry('modest2', 1, 'modest'))?.name, 'greedy3');
  assert.equal(line.add(entry('modest3', 1, 'modest'))?.name, 'modest3', 'each has half of it');
  assert.equal(line.add(entry('greedy5', 1, 'greedy'))?.name, 'greedy5');
  assert.equal(line.add(entry('third1', 1, 'third'))?.urgency, 1, 'a third key has its place too');
  assert.equal(line.size, 4);
});

test('who leaves from the middle is not given a turn', () => {
  const line = new Line<Entry>(5);
  const [first, second, third] = [entry('1', 1), entry('2', 1), entry('3', 1)];
  for (const one of [first, second, third]) line.add(one);
  line.remove(second);
  line.remove(second);
  assert.equal(line.size, 2);
  assert.deepEqual(emptied(line), ['1', '3']);
});
