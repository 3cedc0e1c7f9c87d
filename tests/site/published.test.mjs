// What is published: the pages that mdbook builds, which the other tests look at, and what
// `cargo run` adds to them.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { book, build, DESKTOP, folder, launch, publish, serve, SMALL } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ADDRESS = 'https://example.org/a/book/';
const settings = { MDBOOK_OUTPUT__HTML__SITE_URL: ADDRESS };
const stock = build(settings);
const published = publish(settings);
const read = (folder, file) => readFileSync(join(folder, file), 'utf8');
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
const pages = files(stock).filter((file) => file.endsWith('.html') && !['toc.html', 'print.html'].includes(file));

const texts = pages.filter((page) => !['404.html', 'index.html'].includes(page)).map((page) => page.replace('.html', '.md'));

const browser = await launch();
after(() => browser.close());

/** What stands in the head of each page and at its foot, as a browser without script reads it. */
const parser = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
const parse = (html) => parser.evaluate((html) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const head = {};
  for (const meta of page.querySelectorAll('head > meta[content]')) {
    (head[meta.name || meta.getAttribute('property')] ??= []).push(meta.content);
  }
  head.canonical = [...page.querySelectorAll('head > [rel=canonical]')].map(({ href }) => href);
  return { head, foot: page.querySelector('footer').textContent, first: page.querySelector('main p, main li')?.textContent };
}, html);

test('it is what mdbook builds, with another description, an address, and a foot, and without comments', () => {
  const added = ['llms.txt', 'open_graph.png', 'robots.txt', 'sitemap.xml', ...texts];
  const same = (text) => text.replace(/searchindex-\w+\.js/g, 'searchindex.js').replace(/(description" content)="[^"]*"/g, '$1');
  assert.deepEqual(files(published).map(same), [...files(stock).map(same), ...added].sort());
  for (const file of files(stock).filter((file) => !file.startsWith('searchindex'))) {
    const left = same(read(stock, file)).replace(/<div style="break-before: page; page-break-before: always;"><\/div>/g, '').replace(/\.(?:css|js)$/.test(file) ? /^\s*(?:\/\/.*|\/\*+[^*]*\*\/)\n/gm : '', '');
    const found = same(read(published, file)).replace(/<link rel="canonical".*>\n|<meta (property="og:(url|image)|name="twitter:).*>\n| {2}<span>Tested with .*<\/span>\n/g, '');
    assert.equal(found, left, file);
  }
});

test('the search has the texts of the book, but of its programs the names, and of its proofs nothing', (test) => {
  const data = (folder) => {
    const text = read(folder, files(folder).find((file) => file.startsWith('searchindex')));
    const { doc_urls, index: { documentStore: { docs } } } = new Function('window', `${text}; return window.search`)({ search: {} });
    const texts = doc_urls.map((url, id) => ({ url, title: docs[id].title, words: docs[id].body.match(/[\p{L}\p{N}_]+/gu) ?? [] }));
    return { texts, size: gzipSync(text).length / 1024 };
  };
  const { texts, size } = data(published);
  test.diagnostic(`${size.toFixed(1)} KiB, of mdBook ${data(stock).size.toFixed(1)} KiB`);
  const bar = 1.5 * files(stock).filter((file) => file.endsWith('.html')).length;
  assert.ok(size < bar, `found ${size} KiB of search data, the bar is ${bar}: 1.5 for each page`);
  const whole = data(stock).texts.filter(({ url }) => !url.endsWith('#proofs'));
  assert.deepEqual(texts.map(({ url, title }) => [url, title]), whole.map(({ url, title }) => [url, title]));
  for (const [nth, { url, words }] of texts.entries()) {
    const all = new Set(whole[nth].words);
    assert.deepEqual(words.filter((word) => !all.has(word)), [], `${url}: words that it has not`);
  }
  const section = (url) => texts.find((text) => text.url === url).words;
  assert.ok(['appends', 'from_utf8_lossy', 'decode', 'justo'].every((word) => section('reading.html#line-by-line').includes(word)));
  assert.ok(!['fn', 'lorem_ipsum', 'memmap2', 'Needs'].some((word) => section('reading.html#line-by-line').includes(word)));
  assert.ok(!section('map_or_read.html#a-file-that-is-in-memory').includes('multiples'), 'a chart, whose table has the numbers');
  assert.ok(texts.length > 100, `${texts.length} sections`);
});

test('each page says what it is about, in words of its own', async () => {
  const seen = new Map();
  for (const page of pages.filter((page) => page !== '404.html')) {
    const { head, first } = await parse(read(published, page));
    const [description, ...more] = head.description;
    assert.deepEqual(more, [], page);
    assert.deepEqual(head['og:description'], [description], page);
    assert.ok(description.length >= 40 && description.length <= 160, `${page}: found ${description.length} characters: ${description}`);
    const plain = (text) => text.replace(/\b(proved|measured)\b/g, '').replace(/\s+/g, ' ');
    const start = description.replace(/…$/, '').slice(0, 30);
    assert.ok(plain(first).includes(start), `${page}: expected the first paragraph, found: ${description}`);
    if (page !== 'index.html') assert.equal(seen.get(description), undefined, `${page}: expected words of its own`);
    if (page !== 'index.html') seen.set(description, page);
  }
});

test('each page is there as Markdown, with its programs and outputs, and llms.txt lists them all', () => {
  const listed = [...read(published, 'llms.txt').matchAll(/^- \[(.+)\]\((.+)\): .{40,}$/gm)].map(([, , link]) => link);
  assert.deepEqual(listed.toSorted(), texts.map((file) => ADDRESS + file).sort());
  for (const name of ['mmap_read', 'mmap_write_copy']) {
    const program = read(book, `examples/${name}.rs`);
    const file = texts.find((file) => read(published, file).includes(program.trimEnd()));
    assert.ok(read(published, file).includes(`$ cargo run --example ${name}\n`), name);
  }
  for (const file of texts) assert.doesNotMatch(read(published, file), /^\{\{#/m, file);
});

test('each page has one address, which the sitemap has once', async () => {
  const expected = new Set();
  for (const page of pages) {
    const { head } = await parse(read(published, page));
    if (page === '404.html') {
      assert.deepEqual([head.canonical, head['og:url'], head.robots], [[], undefined, ['noindex']], page);
      continue;
    }
    const address = ADDRESS + (['index.html', 'memory_map_files.html'].includes(page) ? '' : page);
    assert.deepEqual(head.canonical, [address], page);
    assert.deepEqual(head['og:url'], [address], page);
    assert.deepEqual(head['og:image'], [`${ADDRESS}open_graph.png`], page);
    assert.equal(head.robots, undefined, page);
    expected.add(address);
  }
  const sitemap = [...read(published, 'sitemap.xml').matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address);
  assert.deepEqual(sitemap.toSorted(), [...expected].sort());
  assert.match(read(published, 'robots.txt'), new RegExp(`^Sitemap: ${ADDRESS}sitemap\\.xml$`, 'm'));
  const picture = readFileSync(join(published, 'open_graph.png'));
  assert.deepEqual([picture.toString('latin1', 1, 4), picture.readUInt32BE(16), picture.readUInt32BE(20)], ['PNG', 1200, 630]);
});

test('at the foot is what the outputs were printed with, as the snapshot says', async () => {
  const rows = [...read(book, 'snapshots/tested_with.tsv').matchAll(/^(.*)\t(.*)$/gm)];
  assert.ok(rows.length > 2);
  for (const page of pages) {
    const { foot } = await parse(read(published, page));
    for (const [, name, version] of rows) {
      assert.ok(foot.includes(name === 'system' ? version : `${name} ${version}`), `${page}: ${name} ${version}`);
    }
  }
});

test('a browser finds nothing wrong with it, and the script leaves its address alone', async () => {
  const site = await serve(published);
  for (const device of [DESKTOP, SMALL]) {
    const context = await browser.newContext(device);
    const tab = await context.newPage();
    const wrong = [];
    tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
    tab.on('requestfailed', (request) => wrong.push(request.url()));
    await tab.goto(`${site}copy_mode.html`, { waitUntil: 'networkidle' });
    assert.equal(await tab.locator('[rel=canonical]').getAttribute('href'), `${ADDRESS}copy_mode.html`);
    assert.equal(await tab.locator('[rel=canonical]').count(), 1);
    assert.ok(await tab.locator('footer', { hasText: 'Tested with' }).isVisible());
    assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await tab.keyboard.press('/');
    await tab.keyboard.type('captures_iter');
    await tab.locator('#find a[href*="regular_expressions"]').first().waitFor();
    await tab.keyboard.press('Escape');
    await tab.evaluate(axe);
    const { violations } = await tab.evaluate(() => window.axe.run('footer'));
    assert.deepEqual([...wrong, ...violations.map(({ id }) => id)], []);
    await context.close();
  }
});

test('where it has no address it names none, but the folder of the checkout', async () => {
  const checkout = `the checkout in the folder <code>${book.replace(/\/$/, '')}</code>`;
  assert.ok(read(folder, 'how_this_book_is_tested.html').includes(checkout));
  assert.ok(!read(published, 'how_this_book_is_tested.html').includes(book.replace(/\/$/, '')), 'a published site names no folder');
  for (const page of pages) {
    const { head } = await parse(read(folder, page));
    assert.deepEqual([head.canonical, head['og:url'], head['og:image']], [[], undefined, undefined], page);
  }
  assert.equal(read(folder, 'robots.txt'), 'User-agent: *\nDisallow:\n');
  assert.ok(!files(folder).some((file) => ['sitemap.xml', 'open_graph.png'].includes(file)));
});
