// Node's parser behind types: what it hands over of a message, whatever pieces the bytes come in, and what it refuses.
import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { describe, test } from 'node:test';
import { HttpParser, type AnswerReader, type ParseFailure, type RequestReader } from '../../src/wire/http-parser.ts';

type Heard = readonly unknown[];

class Requests implements RequestReader {
  readonly heard: unknown[][] = [];
  hasBody = true;
  began(): void {
    this.heard.push(['began']);
  }
  requestHead(...head: Parameters<RequestReader['requestHead']>): boolean {
    this.heard.push(['head', ...head]);
    return this.hasBody;
  }
  body(bytes: Buffer): void {
    this.heard.push(['body', bytes.toString('latin1')]);
  }
  complete(): void {
    this.heard.push(['complete']);
  }
}

class Answers implements AnswerReader {
  readonly heard: unknown[][] = [];
  hasBody = true;
  onHead: () => void = () => undefined;
  answerHead(...head: Parameters<AnswerReader['answerHead']>): boolean {
    this.heard.push(['head', ...head]);
    this.onHead();
    return this.hasBody;
  }
  body(bytes: Buffer): void {
    this.heard.push(['body', bytes.toString('latin1')]);
  }
  complete(): void {
    this.heard.push(['complete']);
  }
}

const failureOf = (parsed: number | ParseFailure | null): string =>
  parsed instanceof Error ? parsed.code : `no failure: ${parsed}`;

function read(reader: RequestReader | AnswerReader, ...pieces: string[]): number | ParseFailure {
  const parser = new HttpParser(reader, 16_384);
  let last: number | ParseFailure = 0;
  for (const piece of pieces) last = parser.execute(Buffer.from(piece, 'latin1'));
  parser.close();
  return last;
}

const HEADERS_100 = Array.from({ length: 100 }, (_, at) => [`X-${at}`, `value ${at}`]).flat();
const lines = (headers: readonly string[]): string =>
  headers.map((part, at) => part + (at % 2 === 0 ? ': ' : '\r\n')).join('');

describe('requests', () => {
  test('every method that Node knows has its name', () => {
    const reader = new Requests();
    for (const method of METHODS) read(reader, `${method} ${method === 'CONNECT' ? 'a:1' : '/'} HTTP/1.1\r\n\r\n`);
    const heads = reader.heard.filter(([what]) => what === 'head');
    assert.deepEqual(
      heads.map(([, method]) => method),
      METHODS,
    );
  });

  test('a head of a hundred headers comes whole, byte by byte as well', () => {
    const text = `POST /v1/messages?beta=true HTTP/1.1\r\n${lines(HEADERS_100)}Content-Length: 2\r\n\r\nhi`;
    const wanted: Heard[] = [
      ['began'],
      ['head', 'POST', '/v1/messages?beta=true', [...HEADERS_100, 'Content-Length', '2'], 1, false, true],
    ];
    const [once, bytewise] = [new Requests(), new Requests()];
    assert.equal(read(once, text), text.length);
    read(bytewise, ...text.split(''));
    assert.deepEqual(once.heard, [...wanted, ['body', 'hi'], ['complete']]);
    assert.deepEqual(bytewise.heard, [...wanted, ['body', 'h'], ['body', 'i'], ['complete']]);
  });

  test('a message without a body here is complete with its head, and an upgrade that was asked for is told', () => {
    const text = 'GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n';
    const [upgrade, next] = [new Requests(), new Requests()];
    assert.equal(read(upgrade, text), text.length);
    assert.deepEqual(upgrade.heard[1]?.slice(4), [1, true, true]);
    assert.deepEqual(upgrade.heard.at(-1), ['complete']);
    next.hasBody = false;
    const head = 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n';
    assert.equal(read(next, head, head), head.length);
    assert.deepEqual(
      next.heard.map(([what]) => what),
      ['began', 'head', 'complete', 'began', 'head', 'complete'],
    );
  });

  test('what smuggles is refused', () => {
    const refused = (head: string): string => failureOf(read(new Requests(), `POST / HTTP/1.1\r\n${head}\r\n\r\n`));
    assert.equal(refused('content-length: 1\r\ntransfer-encoding: chunked'), 'HPE_INVALID_TRANSFER_ENCODING');
    assert.equal(refused('content-length: 1\r\ncontent-length: 2'), 'HPE_UNEXPECTED_CONTENT_LENGTH');
    assert.equal(refused('transfer-encoding: chunked, gzip'), 'HPE_INVALID_TRANSFER_ENCODING');
    assert.equal(refused('a: b\nc: d'), 'HPE_CR_EXPECTED');
  });
});

describe('answers', () => {
  test('chunks come as their bytes, trailers are dropped, and the next head has none of them', () => {
    const reader = new Answers();
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-trailer: 1\r\n\r\n';
    read(reader, chunked, 'HTTP/1.1 204 None\r\na: b\r\n\r\n');
    assert.deepEqual(reader.heard, [
      ['head', 200, ['transfer-encoding', 'chunked'], false, true],
      ['body', 'hi'],
      ['complete'],
      ['head', 204, ['a', 'b'], false, true],
      ['complete'],
    ]);
  });

  test('an answer to HEAD has no body, whatever its headers say', () => {
    const reader = new Answers();
    reader.hasBody = false;
    read(reader, 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n');
    assert.deepEqual(reader.heard.at(-1), ['complete']);
  });

  test('the end of the connection ends an answer without a length, and cuts one that has one', () => {
    const reader = new Answers();
    const ended = new HttpParser(reader, 16_384);
    ended.execute(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhi'));
    assert.equal(ended.finish(), null);
    assert.deepEqual(reader.heard.slice(1), [['body', 'hi'], ['complete']]);
    ended.close();
    const cut = new HttpParser(new Answers(), 16_384);
    cut.execute(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhi'));
    assert.equal(failureOf(cut.finish()), 'HPE_INVALID_EOF_STATE');
    cut.close();
  });

  test('a head beyond its bound is refused, and so are trailers', () => {
    const long = `x: ${'a'.repeat(20_000)}\r\n\r\n`;
    assert.equal(failureOf(read(new Answers(), `HTTP/1.1 200 OK\r\n${long}`)), 'HPE_HEADER_OVERFLOW');
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n';
    assert.equal(failureOf(read(new Answers(), chunked + long)), 'HPE_HEADER_OVERFLOW');
  });

  test('what a reader throws comes out, and a parser can be closed from within', () => {
    const reader = new Answers();
    const parser = new HttpParser(reader, 16_384);
    reader.onHead = () => {
      parser.close();
      throw new RangeError('of the reader');
    };
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    assert.throws(() => parser.execute(bytes), RangeError);
    parser.close();
    assert.throws(() => parser.execute(bytes), /until it is closed/);
  });
});
