// Copies every program out of the book with its button, into one fresh project with the lines
// of the Set-up page and those of its own page, as these tell; each compiles and prints what the
// book shows.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
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
  const crates = [];
  for (const block of await tab.locator('.language-toml').all()) {
    crates.push(await copied(block));
  }
  for (const output of await tab.locator('.language-console').all()) {
    const command = await copied(output);
    assert.match(command, /^cargo run --example \w+\n$/, `${page}: what the button of a console copies`);
    const program = output.locator('xpath=../preceding-sibling::pre[1]/code');
    const expected = (await output.textContent()).replace(/^.*\n/, '');
    programs.set(command.trim().split(' ').at(-1), { page, source: await copied(program), expected, crates });
  }
}

await tab.goto(`${site}set_up.html`);
const lines = await copied(tab.locator('.language-toml').first());
const lorem = await copied(tab.locator('.language-text'));
await tab.goto(`${site}the_whole_file.html`);
const mappedFile = await copied(tab.locator('.language-rust'));

const parent = temporary();
const project = join(parent, 'copied');
const cargo = (...args) => execFileSync('cargo', ['--offline', ...args], {
  cwd: args[0] === 'new' ? parent : project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
});
cargo('new', '--quiet', '--vcs', 'none', 'copied');
assert.ok(readFileSync(join(project, 'Cargo.toml'), 'utf8').endsWith('[dependencies]\n'));
const manifest = readFileSync(join(project, 'Cargo.toml'), 'utf8') + lines;
writeFileSync(join(project, 'lorem.txt'), lorem);
writeFileSync(join(project, 'src/mapped_file.rs'), mappedFile);

test('the book has its programs', () => assert.ok(programs.size >= 20, `expected 20 or more, found ${programs.size}`));

for (const [name, { page, source, expected, crates }] of programs) {
  test(`${name} of ${page}`, () => {
    writeFileSync(join(project, 'Cargo.toml'), manifest + crates.filter((more) => more !== lines).join(''));
    writeFileSync(join(project, 'lorem.txt'), lorem);
    // As the page of the whole file tells.
    const main = source.replace(/^use mapped_file::/m, 'mod mapped_file;\n$&');
    writeFileSync(join(project, 'src/main.rs'), main);
    assert.equal(cargo('run', '--quiet'), expected);
  });
}
