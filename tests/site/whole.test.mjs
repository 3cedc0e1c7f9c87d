// The EPUB and the PDF: each has all of the book, and its links lead somewhere.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { after, test } from 'node:test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { folder, launch, PATIENCE, publish, temporary } from './site.mjs';

const NAME = 'memory-mapped-files-in-rust';
const published = publish({}, '--whole');
const browser = await launch();
after(() => browser.close());
const tab = await (await browser.newContext()).newPage();

/** What a page has: its blocks of code, the titles of its figures, its headings, its links and ids. */
const take = (text, type) => tab.evaluate(([text, type]) => {
  const page = new DOMParser().parseFromString(text, type);
  const all = (selector) => [...page.querySelectorAll(selector)];
  return {
    error: page.querySelector('parsererror')?.textContent,
    code: all('pre > code').map(({ textContent }) => textContent.trimEnd()),
    figures: all('svg > title').map(({ textContent }) => textContent),
    labels: all('svg text').map(({ textContent }) => textContent),
    images: all('img').map((image) => image.getAttribute('src')),
    headings: all(':is(h1, h2, h3)').map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim()),
    links: all('a[href]').map((link) => link.getAttribute('href')),
    ids: all('[id]').map(({ id }) => id),
  };
}, [text, type]);

// The book as the site has it, page by page in its order.
const { links: order } = await take(readFileSync(join(folder, 'toc.html'), 'utf8'), 'text/html');
const book = { code: [], figures: [], labels: [], headings: [], links: 0 };
for (const file of order) {
  const html = readFileSync(join(folder, file), 'utf8');
  const page = await take(html.match(/<main[^]*<\/main>/)[0], 'text/html');
  book.code.push(...page.code);
  book.figures.push(...page.figures);
  book.labels.push(...page.labels);
  book.headings.push(...page.headings);
  // The ways back from a proof are for the site.
  book.links += page.links.filter((link) => !/:\/\/|#from-/.test(link)).length;
}
assert.ok(book.code.length > 200 && book.figures.length > 20 && book.links > 500);

test('the EPUB has each block of code, each figure and each heading, and its links lead to them', async () => {
  const epub = join(published, `${NAME}.epub`);
  const inside = temporary();
  execFileSync('python3', ['-m', 'zipfile', '-e', epub, inside]);
  const container = readFileSync(join(inside, 'META-INF/container.xml'), 'utf8');
  const [, opf] = container.match(/full-path="(.*?)"/);
  const read = (name) => readFileSync(join(inside, posix.dirname(opf), name), 'utf8');
  const text = readFileSync(join(inside, opf), 'utf8');
  const files = new Map([...text.matchAll(/<item id="(.*?)" href="(.*?)" media-type="application\/xhtml\+xml"/g)].map(([, id, href]) => [id, href]));
  const spine = [...text.matchAll(/<itemref idref="(.*?)"/g)].map(([, id]) => files.get(id));
  const found = { code: [], figures: [], images: 0, headings: [], links: 0 };
  const pages = new Map();
  for (const file of spine) {
    const page = await take(read(file), 'application/xhtml+xml');
    assert.equal(page.error, undefined, file);
    pages.set(file, page);
    found.code.push(...page.code);
    found.figures.push(...page.figures);
    for (const image of page.images) {
      const svg = await take(read(posix.join(posix.dirname(file), image)), 'image/svg+xml');
      found.figures.push(...svg.figures);
    }
    found.headings.push(...page.headings);
  }
  assert.ok(spine.length > order.length, `expected a file for each of ${order.length} pages, found ${spine}`);
  const dead = [];
  for (const [file, { links }] of pages) {
    for (const link of links.filter((link) => !link.includes('://'))) {
      const [path, id] = link.split('#');
      const target = path ? posix.join(posix.dirname(file), path) : file;
      if (!pages.has(target) || (id && !pages.get(target).ids.includes(decodeURIComponent(id)))) dead.push(`${file}: ${link}`);
      found.links += 1;
    }
  }
  assert.deepEqual(dead, [], 'links that lead nowhere');
  assert.deepEqual(found.code, book.code);
  assert.deepEqual(found.figures, book.figures);
  const missing = book.headings.filter((heading) => !found.headings.includes(heading));
  assert.deepEqual(missing, [], 'headings');
  assert.ok(found.links >= book.links, `expected ${book.links} links within the book, found ${found.links}`);
});

test('epubcheck finds no error in the EPUB', () => {
  // Debian's is an archive of Java that not every shell starts.
  const epubcheck = process.env.EPUBCHECK ?? '/usr/bin/epubcheck';
  execFileSync('java', ['-jar', epubcheck, '--quiet', '--failonwarnings', join(published, `${NAME}.epub`)], { stdio: 'pipe' });
});

test('the PDF has each block of code, each figure and each heading, and its links lead to a page', { timeout: 5 * PATIENCE }, async () => {
  const data = new Uint8Array(readFileSync(join(published, `${NAME}.pdf`)));
  const pdf = await getDocument({ data, verbosity: 0 }).promise;
  let [text, links] = ['', 0];
  const dead = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    // Without the number of the page, at its foot.
    text += items.filter(({ transform }) => transform[5] > 56).map(({ str }) => str).join('');
    for (const { subtype, url, dest } of await page.getAnnotations()) {
      if (subtype !== 'Link' || url) continue;
      links += 1;
      const place = typeof dest === 'string' ? await pdf.getDestination(dest) : dest;
      if (!place) dead.push(`page ${number}: ${dest}`);
    }
  }
  assert.deepEqual(dead, [], 'links that lead nowhere');
  assert.ok(links >= book.links, `expected ${book.links} links within the book, found ${links}`);
  const bare = (text) => text.replace(/\s+/g, '');
  text = bare(text);
  let at = 0;
  for (const code of book.code) {
    const found = text.indexOf(bare(code), at);
    assert.ok(found >= 0, `expected whole, and in its place, after ${text.slice(at - 60, at)}: ${code}`);
    at = found;
  }
  for (const words of [...book.headings, ...book.labels]) assert.ok(text.includes(bare(words)), `expected: ${words}`);
  const outline = await pdf.getOutline();
  assert.ok(outline?.length >= 1, 'expected bookmarks');
  for (const control of ['Search the book', 'Skip to the text', 'The same in Python']) assert.ok(!text.includes(bare(control)), control);
});

test('the site offers both at its foot, with their size', async () => {
  const html = readFileSync(join(published, 'copy_mode.html'), 'utf8');
  for (const ending of ['epub', 'pdf']) {
    const [, link, size] = html.match(new RegExp(`<a href="(${NAME}\\.${ending})" download>${ending.toUpperCase()}</a> \\(([0-9.]+) MB\\)`));
    assert.ok(existsSync(join(published, link)));
    assert.equal(size, (statSync(join(published, link)).size / 1e6).toFixed(1));
  }
});
