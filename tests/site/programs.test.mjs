// Copies every program out of the book with its button, into one fresh project with the lines and
// the files that stand below its output, and no others; each compiles and prints what the book
// shows.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { copied, DESKTOP, launch, pages, serve, temporary } from './site.mjs';

const site = await serve();
const browser = await launch();
after(() => browser.close());
const context = await browser.newContext({ ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] });
const tab = await context.newPage();

const programs = new Map();
for (const page of pages) {
  await tab.goto(site + page);
  for (const output of await tab.locator('.language-console').all()) {
    const command = await copied(output);
    assert.match(command, /^cargo run --example \w+\n$/, `${page}: what the button of a console copies`);
    const program = output.locator('xpath=../preceding-sibling::pre[1]/code');
    const expected = (await output.textContent()).replace(/^.*\n/, '');
    const needs = output.locator('xpath=../following-sibling::*[1][@class="needs"]');
    const folded = await needs.locator('summary').count() > 0;
    if (folded) await needs.locator('summary').click();
    const lines = folded ? await copied(needs.locator('.language-toml')) : '';
    const files = await needs.getByRole('link').evaluateAll((links) => links.map(({ href, textContent }) => [textContent, href]));
    const source = await copied(program);
    programs.set(command.trim().split(' ').at(-1), { page, source, expected, lines, files });
  }
}

/** The files that go along, as they are copied where their links lead. */
const files = new Map();
for (const [name, href] of [...programs.values()].flatMap(({ files }) => files)) {
  if (files.has(href)) continue;
  await tab.goto(href);
  const [, id] = href.split('#');
  // A long one is in a fold.
  const within = ['', '.fold > '].map((fold) => `${id ? `#${id} ~ ` : ''}${fold}pre > .language-${name.endsWith('.rs') ? 'rust' : 'text'}`);
  files.set(href, await copied(tab.locator(within.join()).first()));
}

const parent = temporary();
const project = join(parent, 'copied');
const cargo = (...args) => execFileSync('cargo', ['--offline', ...args], {
  cwd: args[0] === 'new' ? parent : project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
});
cargo('new', '--quiet', '--vcs', 'none', 'copied');
assert.ok(readFileSync(join(project, 'Cargo.toml'), 'utf8').endsWith('[dependencies]\n'));
const manifest = readFileSync(join(project, 'Cargo.toml'), 'utf8');

test('the book has its programs', () => assert.ok(programs.size >= 20, `expected 20 or more, found ${programs.size}`));

for (const [name, { page, source, expected, lines, files: along }] of programs) {
  test(`${name} of ${page}`, () => {
    writeFileSync(join(project, 'Cargo.toml'), manifest + lines);
    for (const path of ['lorem.txt', 'src/mapped_file.rs']) rmSync(join(project, path), { force: true });
    for (const [file, href] of along) {
      writeFileSync(join(project, file.endsWith('.rs') ? `src/${file}` : file), files.get(href));
    }
    const module = along.find(([file]) => file.endsWith('.rs'));
    const main = module ? source.replace(/^use /m, `mod ${module[0].replace('.rs', '')};\n$&`) : source;
    writeFileSync(join(project, 'src/main.rs'), main);
    assert.equal(cargo('run', '--quiet'), expected);
  });
}
