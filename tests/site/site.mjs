// Builds the site, serves it as a web server would, and opens it in Chromium.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium, firefox } from 'playwright-core';

export const book = fileURLToPath(new URL('../..', import.meta.url));

/** A folder that is gone when the tests are over. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'mmap-book-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** How long a test waits for what does not come, in ms: it only keeps it from hanging. */
export const PATIENCE = 180_000;

/** Waits until a check succeeds. Playwright's own wait calls `eval`, which the policy of the site forbids in Firefox. */
export async function until(check) {
  for (const end = Date.now() + PATIENCE; ; await setTimeout(50)) {
    const late = Date.now() > end;
    // While the next page loads, a check may throw.
    if (await check().catch((error) => { if (late) throw error; })) return;
    if (late) throw new Error(`expected ${check} to succeed within ${PATIENCE / 1000} s`);
  }
}

/** A book of a few pages with the look of this one: its folder. */
export function write(pages) {
  const small = temporary();
  cpSync(join(book, 'theme'), join(small, 'theme'), { recursive: true });
  mkdirSync(join(small, 'pages'));
  writeFileSync(join(small, 'book.toml'), `book = { title = "Small", language = "en", src = "pages" }
output.html = { site-url = "/small/", additional-js = ["theme/chosen_theme.js", "theme/layout.js", "theme/search.js"], playground.runnable = false }
`);
  const summary = Object.keys(pages).map((name) => `- [${name}](${name}.md)\n`).join('');
  for (const [name, text] of Object.entries({ SUMMARY: summary, ...pages })) writeFileSync(join(small, 'pages', `${name}.md`), text);
  return small;
}

/** Builds the site into a folder with nothing else in it. */
export function build(settings = {}, source = book) {
  const folder = temporary();
  try {
    execFileSync('mdbook', ['build', '--dest-dir', folder, source], { stdio: 'pipe', env: { ...process.env, ...settings } });
  } catch (error) {
    throw new Error(`mdbook build, which README tells how to install: ${error.stderr ?? error.message}`);
  }
  return folder;
}

/** Builds the site as it is published: what mdbook builds, and what `cargo run` adds to it. */
export function publish(settings = {}, ...words) {
  const folder = temporary();
  try {
    execFileSync('cargo', ['run', '--quiet', '--', '--no-open', ...words], {
      cwd: book, stdio: 'pipe', env: { ...process.env, MDBOOK_BUILD__BUILD_DIR: folder, ...settings },
    });
  } catch (error) {
    throw new Error(`cargo run -- --no-open ${words.join(' ')}: ${error.stderr ?? error.message}`);
  }
  return folder;
}

export const folder = publish();

/** The pages of the book, the two names of the first, and what is shown for a page that is not there. */
export const pages = readdirSync(folder).filter((name) => name.endsWith('.html') && !['toc.html', 'print.html'].includes(name));

const size = (page) => statSync(join(folder, page)).size;
const others = pages.filter((page) => !['index.html', '404.html'].includes(page)).sort((a, b) => size(a) - size(b));

/** The first page, the one for what is not there, and the smallest, the middle and the largest of
    the others; all pages with PAGES=all. */
export const sample = process.env.PAGES === 'all' ? pages
  : ['index.html', '404.html', others[0], others[others.length >> 1], others.at(-1)];

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
};
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'";

/** Serves the site until the tests are over, under the path of its `site-url`, and its pages changed;
    gives its address. */
export async function serve(site = folder, { policy = POLICY, change = (html) => html } = {}) {
  const [, base] = readFileSync(join(site, '404.html'), 'utf8').match(/<base href="(.*)">/);
  const path = new URL(base, 'http://site').pathname;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://site');
    const name = pathname === path ? 'index.html' : pathname.replace(path, '');
    let body;
    let status = 200;
    try {
      body = readFileSync(join(site, name));
    } catch {
      body = readFileSync(join(site, '404.html'));
      status = 404;
    }
    const type = TYPES[status === 404 ? '.html' : extname(name)] ?? 'application/octet-stream';
    if (type === TYPES['.html']) body = change(body.toString());
    response.writeHead(status, {
      'content-type': type,
      'content-encoding': 'gzip',
      'cache-control': 'max-age=600',
      ...(policy && { 'content-security-policy': policy }),
    });
    response.end(gzipSync(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}${path}`;
}

/** A port that nobody listens on. */
export const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** Whether the reader's tests run in Firefox. */
export const FIREFOX = process.env.BROWSER === 'firefox';

/** Where Firefox puts what is downloaded. */
export const downloads = temporary();

/** Debian's Chromium, which asks nothing of the network of its own accord; or its Firefox. A
    playwright-core after 1.58 asks that Firefox for what it does not know. */
export async function launch() {
  const browser = await (FIREFOX ? firefox.launch({
    channel: 'moz-firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    timeout: PATIENCE,
    firefoxUserPrefs: {
      'dom.events.testing.asyncClipboard': true,
      'browser.download.folderList': 2, // another folder than that of whoever runs the tests
      'browser.download.dir': downloads,
      'browser.download.alwaysOpenPanel': false, // which would take the focus
    },
  }) : chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    timeout: PATIENCE,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  }));
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(PATIENCE);
    return context;
  };
  return browser;
}

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
export const SMALL = { ...PHONE, viewport: { width: 360, height: 740 } };
export const DESKTOP = { viewport: { width: 1350, height: 940 } };

/** Writes nothing to the clipboard, presses the copy button of a block, and gives what it copied. */
export async function copied(code) {
  const tab = code.page();
  await tab.evaluate(() => {
    document.querySelector('#said').textContent = '';
    return navigator.clipboard.writeText('nothing');
  });
  const button = code.locator('xpath=following-sibling::button[1]');
  await button.focus();
  await tab.keyboard.press('Enter');
  // What is said stays; what is on the button goes after two seconds.
  await tab.locator('#said', { hasText: /^Copied the (program|command|lines|text)$/ }).waitFor({ state: 'attached' });
  return tab.evaluate(() => navigator.clipboard.readText());
}

/** Runs in the page before anything of it: keeps what the browser observes. */
export function observe() {
  window.seen = { paint: 0, shift: 0, violations: [] };
  const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => { window.seen.paint = startTime; });
  watch('layout-shift', ({ value }) => { window.seen.shift += value; });
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    window.seen.violations.push(`${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`));
}
