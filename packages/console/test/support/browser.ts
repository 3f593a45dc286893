// A real Chromium over a real server that sends the console's own content security policy. One of each per test file.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { build } from 'vite';
import { CONTENT_SECURITY_POLICY } from '@weighbridge/protocol';
import { BASE_PATH, viteConfig } from '../../build/build.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** False, or why the tests that need a browser are skipped. Throws under CI. */
export function missingBrowser(): string | false {
  if (existsSync(CHROMIUM)) return false;
  assert.notEqual(process.env['CI'], 'true', `there is no Chromium at ${CHROMIUM}: apt-get install chromium`);
  return `there is no Chromium at ${CHROMIUM}`;
}

/** Answers what is not a file of the build: a log, an API. Null: not found. */
export type Extra = (path: string, body: string, method: string) => Promise<Response | null> | Response | null;

export interface SiteOptions {
  readonly extra?: Extra;
  /** The instant at which the page's clock stands still. */
  readonly now?: number;
}

export interface Site {
  readonly origin: string;
  /** Folder of the built files. */
  readonly folder: string;
  /** A page that fails the test when anything but what is expected is written to its console, or breaks the policy. */
  open(path: string, options?: BrowserContextOptions, expected?: readonly RegExp[]): Promise<Page>;
  close(): Promise<void>;
}

export async function openSite(
  page: 'index.html' | 'gallery.html',
  { extra = () => null, now }: SiteOptions = {},
): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-page-'));
  await build(viteConfig({ outDir: folder, page }));
  if (now !== undefined) {
    const html = join(folder, page);
    writeFileSync(html, readFileSync(html, 'utf8').replace('<html', `<html data-now="${now}"`));
  }
  const server = await serve(folder, page, extra);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await openBrowser();
  return {
    origin,
    folder,
    open: async (path, options, expected) => {
      const page = await openPage(browser, { options, expected });
      // As somebody who opened the link of a start; the API of a test asks for no more.
      await page.addInitScript("localStorage.setItem('weighbridge-token', 'of-a-test')");
      await page.goto(origin + path, { waitUntil: 'networkidle' });
      await page.evaluate('document.fonts.ready');
      return page;
    },
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--force-device-scale-factor=1'] });

interface PageOptions {
  readonly options?: BrowserContextOptions | undefined;
  /** What may be written to the page's console without failing the test. */
  readonly expected?: readonly RegExp[] | undefined;
}

/** An empty page in a context of its own. */
export async function openPage(browser: Browser, { options = {}, expected = [] }: PageOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    const bad = message.type() === 'error' || message.type() === 'warning';
    if (bad && !expected.some((pattern) => pattern.test(text))) said.push(text);
  });
  page.on('pageerror', (error) => said.push(error.message));
  page.on('close', () => assert.deepEqual(said, [], 'the page wrote to its console'));
  return page;
}

async function serve(folder: string, page: string, extra: Extra): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    void text(request).then(async (body) => {
      const found = await answer(url, { body, method: request.method ?? 'GET' }, { folder, page, extra });
      response.writeHead(found.status, {
        ...Object.fromEntries(found.headers),
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      });
      response.end(Buffer.from(await found.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

interface Asked {
  readonly body: string;
  readonly method: string;
}
interface Served {
  readonly folder: string;
  readonly page: string;
  readonly extra: Extra;
}

async function answer(url: URL, { body, method }: Asked, { folder, page, extra }: Served): Promise<Response> {
  if (url.pathname.startsWith(BASE_PATH)) {
    const path = join(folder, normalize(url.pathname.slice(BASE_PATH.length - 1)));
    const type = TYPES[extname(path)];
    if (type !== undefined && path.startsWith(folder) && existsSync(path))
      return new Response(new Uint8Array(readFileSync(path)), { headers: { 'content-type': type } });
    // Any other address of the console is one of its pages.
    if (type === undefined)
      return new Response(new Uint8Array(readFileSync(join(folder, page))), {
        headers: { 'content-type': TYPES['.html'] ?? '' },
      });
  }
  return (await extra(url.pathname, body, method)) ?? new Response('not found', { status: 404 });
}
