// Builds the console into `dist/`, once per state of its sources: a stamp beside the result says what it was built from.
// File names carry a hash of their content, so a server may let browsers keep everything but `index.html` for good.
// `npm start` has it made beside the running server when the stamp does not fit.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import { consoleState, markBuilt } from './state.ts';

/** Where the console lives on its origin: every address of a page and of a file begins with it. */
export const BASE_PATH = '/console/';

const HERE = fileURLToPath(new URL('..', import.meta.url));

/** Builds unless the result is there and current. `built` is false when nothing had to be done. */
export async function buildConsole(): Promise<{ readonly folder: string; readonly built: boolean }> {
  const { folder, digest, current } = consoleState();
  if (current) return { folder, built: false };
  // Beside its place first: a build that breaks off must not leave half of one where a server looks.
  const fresh = `${folder}.${process.pid}`;
  await build(viteConfig({ outDir: fresh, page: 'index.html' }));
  markBuilt(fresh, digest);
  const old = `${folder}.old.${process.pid}`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
  return { folder, built: true };
}

export interface PageBuild {
  readonly outDir: string;
  /** `index.html` for the console, `gallery.html` for the page that shows every part in every state. */
  readonly page: string;
}

/** One place for what the build, the development server and the tests have in common. */
export function viteConfig({ outDir, page }: PageBuild): InlineConfig {
  return {
    configFile: false,
    root: HERE,
    base: BASE_PATH,
    logLevel: 'warn',
    publicDir: 'public',
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir,
      emptyOutDir: true,
      assetsDir: 'files',
      // No inlining: a data: font or script would need a weaker policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'es2024',
      // `light-dark()` and `oklch()` stay as they are: every browser with Ed25519 in WebCrypto has them.
      cssTarget: ['chrome137', 'firefox129', 'safari17.5'],
      cssMinify: 'lightningcss',
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(HERE, page),
        onLog: (level, log, report) => {
          // `"use client"` is for server rendering, which there is none of here.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
  };
}
