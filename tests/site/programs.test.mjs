// Takes every program out of the book into one fresh project, with the lines and the files that
// stand below its output, and no others; each compiles and prints what the book shows. A module
// compiles as one of a library, too, without a warning. That a button copies just what is read here,
// reader.test.mjs sees.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { book, launch, pages, serve, temporary } from './site.mjs';

const site = await serve();
const browser = await launch();
after(() => browser.close());
const tab = await browser.newPage();

const programs = new Map();
for (const page of pages) {
  await tab.goto(site + page);
  const found = await tab.locator('.language-console').evaluateAll((outputs) => outputs.map((output) => {
    const { parentElement: { previousElementSibling: program, nextElementSibling: needs } } = output;
    return {
      output: output.textContent,
      source: program.querySelector('code').textContent,
      lines: needs.querySelector('.language-toml')?.textContent ?? '',
      files: [...needs.querySelectorAll('a')].map(({ textContent, href }) => [textContent, href]),
    };
  }));
  for (const { output, ...program } of found) {
    const [, name, expected] = output.match(/^\$ cargo run --example (\w+)\n([^]*)/) ?? assert.fail(`${page}: ${output}`);
    programs.set(name, { page, expected, ...program });
  }
}

/** The files that go along, as they are where their links lead. */
const files = new Map();
for (const [name, href] of [...programs.values()].flatMap(({ files }) => files)) {
  if (files.has(href)) continue;
  // A module is a program, which the page has under its own name.
  const program = programs.get(name.replace(/\.rs$/, ''));
  if (program) {
    files.set(href, program.source);
    continue;
  }
  await tab.goto(href);
  const [, id] = href.split('#');
  // A long one is in a fold.
  const within = ['', '.fold > '].map((fold) => `${id ? `#${id} ~ ` : ''}${fold}pre > .language-${name.endsWith('.rs') ? 'rust' : 'text'}`);
  files.set(href, await tab.locator(within.join()).first().textContent());
}

const parent = temporary();
const project = join(parent, 'copied');
const cargo = (...args) => execFileSync('cargo', ['--offline', ...args], {
  cwd: args[0] === 'new' ? parent : project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
  // What the programs need is compiled once, not in each run of the tests.
  env: { ...process.env, CARGO_TARGET_DIR: join(book, 'target/copied'), CARGO_PROFILE_DEV_DEBUG: 'false' },
});
cargo('new', '--quiet', '--vcs', 'none', 'copied');
assert.ok(readFileSync(join(project, 'Cargo.toml'), 'utf8').endsWith('[dependencies]\n'));
const manifest = readFileSync(join(project, 'Cargo.toml'), 'utf8');

test('the book has its programs', () => assert.ok(programs.size >= 20, `expected 20 or more, found ${programs.size}`));

for (const [name, { page, source, expected, lines, files: along }] of programs) {
  test(`${name} of ${page}`, () => {
    writeFileSync(join(project, 'Cargo.toml'), manifest + lines);
    for (const path of ['lorem.txt', 'src']) rmSync(join(project, path), { force: true, recursive: true });
    mkdirSync(join(project, 'src'));
    for (const [file, href] of along) {
      writeFileSync(join(project, file.endsWith('.rs') ? `src/${file}` : file), files.get(href));
    }
    const type = along.some(([file]) => file === 'mapped_file.rs');
    writeFileSync(join(project, 'src/main.rs'), type ? source.replace(/^use /m, 'mod mapped_file;\n$&') : source);
    assert.equal(cargo('run', '--quiet'), expected);
    if (/^#!\[allow\(dead_code/m.test(source)) {
      rmSync(join(project, 'src/main.rs'));
      writeFileSync(join(project, `src/${name}.rs`), source);
      writeFileSync(join(project, 'src/lib.rs'), `#![deny(warnings)]\n\nmod ${name};\n`);
      cargo('build', '--quiet');
    }
  });
}
