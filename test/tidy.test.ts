// The laws of docs/architecture.md and CONTRIBUTING.md, executed. A breach names the file, the line and the law.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { describe, test } from 'node:test';
import {
  ARROWS,
  checkAsserts,
  checkCircles,
  checkCloudNames,
  checkDealValues,
  checkFunctions,
  checkThrows,
} from './tidy/laws.ts';
import { breach, listFiles, parseSource, readSources, ROOT, specifiersOf, walk } from './tidy/sources.ts';

const files = listFiles();
const sources = readSources();
const products = sources.filter((source) => source.area === 'src');
const manifest = (path: string): { dependencies?: object; devDependencies?: object; optionalDependencies?: object } =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as object;

const none = (breaches: readonly string[]): void => assert.deepEqual(breaches, []);

describe('files', () => {
  test('a source file has at most 400 lines', () => {
    none(sources.filter((s) => s.text.split('\n').length > 401).map((s) => `${s.path} is longer than 400 lines`));
  });
  test('a function has at most 70 lines', () => none(sources.flatMap(checkFunctions)));
  test('file names are kebab-case and name one concept', () => {
    const vague = /^(utils?|helpers?|common|misc|shared|stuff)$/;
    none(
      sources
        .map((s) => s.path)
        .filter((path) => {
          const name = basename(path).replace(/(\.test)?\.tsx?$/, '');
          return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || vague.test(name);
        }),
    );
  });
  test('a product file introduces itself with a comment', () => {
    none(products.filter((s) => !/^(#!.*\n)?(\/\/|\/\*)/.test(s.text)).map((s) => s.path));
  });
  test('nothing generated, built or secret is tracked', () => {
    none(files.filter((path) => /(^|\/)(node_modules|dist|\.weighbridge)\/|\.(pem|key|log)$/.test(path)));
  });
});

describe('modules', () => {
  test('exports are named', () => {
    const breaches: string[] = [];
    for (const source of sources) {
      walk(source.program, (node) => {
        if (node.type === 'ExportDefaultDeclaration') breaches.push(breach(source, node, 'default export'));
        if (node.type === 'Decorator') breaches.push(breach(source, node, 'decorator'));
      });
    }
    none(breaches);
  });
  test('a relative import ends in .ts and stays inside its package', () => {
    const breaches: string[] = [];
    for (const source of sources) {
      for (const { node, specifier } of specifiersOf(source)) {
        if (!specifier.startsWith('.')) continue;
        const target = posix.normalize(posix.join(dirname(source.path), specifier));
        if (!/\.(tsx?|json|mjs)$/.test(specifier))
          breaches.push(breach(source, node, `"${specifier}" has no extension`));
        const home = source.pkg === null ? source.path.split('/')[0] : `packages/${source.pkg}`;
        const open = source.area !== 'src' && !target.startsWith('packages/');
        if (!target.startsWith(`${home}/`) && !open)
          breaches.push(breach(source, node, `leaves its package: ${specifier}`));
      }
    }
    none(breaches);
  });
  test('packages are entered through their index and only along the arrows', () => {
    const breaches: string[] = [];
    for (const source of sources) {
      for (const { node, specifier } of specifiersOf(source)) {
        const match = /^@weighbridge\/([^/]+)(\/.*)?$/.exec(specifier);
        if (match === null) continue;
        if (match[2] !== undefined) breaches.push(breach(source, node, `enters ${specifier} by a side door`));
        const allowed = source.pkg === null ? null : ARROWS[source.pkg];
        const target = match[1] ?? '';
        if (source.area === 'src' && allowed !== null && !allowed?.includes(target)) {
          breaches.push(breach(source, node, `${source.pkg} may not import ${target}`));
        }
      }
    }
    none(breaches);
  });
  test('the dependencies in each package.json are arrows of the design', () => {
    const breaches: string[] = [];
    for (const pkg of readdirSync(join(ROOT, 'packages'))) {
      const { dependencies = {} } = manifest(`packages/${pkg}/package.json`);
      for (const name of Object.keys(dependencies)) {
        const target = /^@weighbridge\/(.+)$/.exec(name)?.[1];
        if (target !== undefined && !ARROWS[pkg]?.includes(target))
          breaches.push(`packages/${pkg} depends on ${target}`);
      }
    }
    none(breaches);
  });
  test('no files import one another in a circle, for types either', () => none(checkCircles(sources)));
  test('what a package imports stands in its package.json', () => {
    const breaches: string[] = [];
    for (const source of products) {
      const own = Object.keys(manifest(`packages/${source.pkg}/package.json`).dependencies ?? {});
      for (const { node, specifier } of specifiersOf(source)) {
        if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        if (!own.includes(name)) breaches.push(breach(source, node, `imports ${name}, which it does not declare`));
      }
    }
    none(breaches);
  });
});

describe('code', () => {
  test('only the edge reads the environment', () => {
    const allowed = /^packages\/(cli\/|server\/src\/(config|environment)|lab\/src\/main\.ts)/;
    none(
      products
        .filter((s) => /\bprocess\.env\b/.test(s.text) && !allowed.test(s.path))
        .map((s) => `${s.path} reads process.env`),
    );
  });
  test('only the command line writes to the console', () => {
    none(
      products
        .filter((s) => s.pkg !== 'cli' && /\bconsole\.(log|error|warn|info)\(/.test(s.text))
        .map((s) => `${s.path} writes to the console`),
    );
  });
  test('no cloud is named in logic outside the places that may know clouds', () =>
    none(products.flatMap(checkCloudNames)));
  test('every thrown error is an AppError', () => none(products.flatMap(checkThrows)));
  test('the console takes no value from a file of the deal that holds schemas', () => {
    none(checkDealValues(sources));
    const page = (text: string): readonly string[] =>
      checkDealValues([...sources, parseSource('packages/console/src/features/made-up.ts', text, 'src')]);
    assert.match(
      page("import { FAILURE_NAMES, type Duties } from '@weighbridge/protocol';").join('; '),
      /^packages\/console\/src\/features\/made-up\.ts:1 takes the value FAILURE_NAMES from packages\/protocol\/src\/deal\/duties\.ts/,
    );
    none(page("import { briefSheet, REGISTER_TEXT_MOST, type Duties } from '@weighbridge/protocol';"));
    none(page("import type { FAILURE_NAMES } from '@weighbridge/protocol';"));
  });
  test('no product package imports the lab, except the two that compose it', () => {
    const breaches = products
      .filter((s) => !['lab', 'cli', 'server'].includes(s.pkg ?? ''))
      .filter((s) => s.text.includes("'@weighbridge/lab'"));
    none(breaches.map((s) => s.path));
  });
});

describe('tests', () => {
  test('every test asserts, and skips carry a reason', () => {
    none(sources.filter((s) => s.path.endsWith('.test.ts')).flatMap(checkAsserts));
  });
});

describe('documents', () => {
  test('each package says in a README what it is and how data enters and leaves it', () => {
    none(
      readdirSync(join(ROOT, 'packages')).filter((pkg) => {
        const path = join(ROOT, 'packages', pkg, 'README.md');
        return !existsSync(path) || readFileSync(path, 'utf8').split('\n').length < 8;
      }),
    );
  });
  test('every dependency has a line that says what it saves', () => {
    const page = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
    const manifests = files.filter((path) => /(^|\/)package\.json$/.test(path) && !path.includes('fixtures'));
    const names = manifests.flatMap((path) => {
      const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest(path);
      return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    });
    const missing = [...new Set(names)].filter((n) => !n.startsWith('@weighbridge/') && !page.includes(`\`${n}\``));
    none(missing);
  });
  test('links between documents lead somewhere', () => {
    const breaches: string[] = [];
    for (const path of files.filter((name) => name.endsWith('.md'))) {
      const text = readFileSync(join(ROOT, path), 'utf8').replace(/```[\s\S]*?```/g, '');
      for (const [, link = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        if (!existsSync(join(ROOT, dirname(path), link))) breaches.push(`${path}: ${link}`);
      }
    }
    none(breaches);
  });
});
