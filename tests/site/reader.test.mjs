// What a reader does with a page: by keyboard and by touch, with and without script, on paper.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { DESKTOP, folder, launch, pages, PHONE, serve } from './site.mjs';

const site = await serve();
const browser = await launch();
after(() => browser.close());

/** A page in a context of its own, which may read the clipboard; an error in it fails the test. */
async function open(address, options = DESKTOP) {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
  const tab = await context.newPage();
  tab.setDefaultTimeout(5000);
  tab.on('pageerror', (error) => { throw error; });
  tab.on('console', (message) => assert.notEqual(message.type(), 'error', message.text()));
  await tab.goto(address.includes('://') ? address : site + address);
  return tab;
}

const clipboard = (tab) => tab.evaluate(() => navigator.clipboard.readText());
const focused = (tab) => tab.evaluate(() => document.activeElement.outerHTML.slice(0, 80));

test('Tab reaches the skip link first, and then each control, and each shows it', async () => {
  for (const [device, least] of [[DESKTOP, 30], [PHONE, 14]]) {
    const tab = await open('copy_mode.html', device);
    await tab.keyboard.press('Tab');
    assert.match(await focused(tab), /Skip to the text/);
    let count = 0;
    for (; !(await focused(tab)).startsWith('<body'); count += 1) {
      const { outline, label } = await tab.evaluate(() => ({
        outline: parseFloat(getComputedStyle(document.activeElement).outlineWidth),
        label: document.activeElement.outerHTML.slice(0, 80),
      }));
      assert.ok(outline >= 2, `copy_mode.html: expected a ring of 2 px or more, found ${outline}: ${label}`);
      await tab.keyboard.press('Tab');
    }
    assert.ok(count >= least, `copy_mode.html: expected ${least} stops or more, found ${count}`);
    const visible = tab.locator('button:visible, summary:visible, main a:visible');
    assert.ok(count >= await visible.count(), 'each control is a stop');

    await tab.goto(`${site}copy_mode.html`);
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    assert.match(await focused(tab), /<main/);
  }
});

test('each block is copied by its button: of a console the command, of the rest all', async () => {
  let count = 0;
  for (const page of pages) {
    const tab = await open(page);
    const expected = await tab.evaluate(async () => {
      const written = new DOMParser().parseFromString(await (await fetch(location)).text(), 'text/html');
      return [...written.querySelectorAll('pre > code')].map(({ className, textContent }) =>
        className === 'language-console' ? `${textContent.match(/^\$ (.*)/)[1]}\n` : textContent);
    });
    await tab.evaluate(() => document.querySelectorAll('details').forEach((twin) => { twin.open = true; }));
    const buttons = await tab.locator('pre > button').all();
    assert.equal(buttons.length, expected.length, `${page}: a button for each block`);
    for (const [index, button] of buttons.entries()) {
      await button.focus();
      await tab.keyboard.press('Enter');
      await button.filter({ hasText: /^Copied the (program|command|lines|text)$/ }).waitFor();
      assert.equal(await tab.locator('#said').textContent(), await button.textContent(), `${page}: said aloud`);
      assert.equal(await clipboard(tab), expected[index], `${page}: block ${index + 1}`);
      count += 1;
    }
    await tab.context().close();
  }
  assert.ok(count > 100, `expected a hundred blocks, found ${count}`);
});

test('a copy button is seen and pressed on a touch screen', async () => {
  const tab = await open('copy_mode.html', PHONE);
  const button = tab.locator('pre > button').nth(1);
  await button.scrollIntoViewIfNeeded();
  const { width, height } = await button.boundingBox();
  assert.ok(width >= 24 && height >= 24, `expected 24 by 24 px, found ${width} by ${height}`);
  assert.equal(await button.evaluate((element) => getComputedStyle(element).opacity), '1');
  await button.tap();
  await tab.getByRole('status').filter({ hasText: 'Copied the command' }).waitFor({ state: 'attached' });
  assert.equal(await clipboard(tab), 'cargo run --example mmap_write_copy\n');
});

test('a mark says that it proves; one key leads to the proof, one key back', async () => {
  const tab = await open('copy_mode.html');
  const mark = tab.getByRole('link', { name: /^proved/ }).first();
  await mark.focus();
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/proofs\.html.*#a_store_into_a_copy_copies_its_page_alone$/);
  assert.ok(await tab.locator(':target').isVisible());
  await tab.locator('.back:focus', { hasText: 'Back to the sentence' }).waitFor();
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/copy_mode\.html#fr-a_store_into_a_copy_copies_its_page_alone-1$/);
  await tab.locator('.footnote-reference:target a:focus').waitFor();
});

test('the way back leads nowhere but to a sentence of the book', async () => {
  for (const from of ['javascript:alert(1)', 'https://example.org/writing.html#fr-a-1', '//example.org/a.html#fr-a-1']) {
    const tab = await open(`proofs.html?from=${encodeURIComponent(from)}#a_pipe_cannot_be_mapped`);
    assert.equal(await tab.locator('.back').count(), 0, from);
  }
});

test('arrow keys scroll code and tables, and turn the page elsewhere', async () => {
  const tab = await open('reading.html', PHONE);
  const code = tab.locator('pre > code').first();
  await code.focus();
  await tab.keyboard.press('ArrowRight');
  await tab.waitForFunction(() => document.querySelector('pre > code').scrollLeft > 0);
  assert.equal(tab.url(), `${site}reading.html`);

  const desktop = await open('reading.html');
  await desktop.locator('pre > code').first().click();
  await desktop.keyboard.press('ArrowRight');
  await desktop.waitForTimeout(200);
  assert.equal(desktop.url(), `${site}reading.html`, 'a click into code that does not scroll');
  await desktop.goto(`${site}reading.html`);
  await desktop.keyboard.press('ArrowRight');
  await desktop.waitForURL(`${site}writing.html`);
  await desktop.keyboard.press('ArrowLeft');
  await desktop.waitForURL(`${site}reading.html`);
});

test('the contents are reached at every width, and Esc gives the focus back', async () => {
  for (const width of [320, 390, 800, 1023, 1024, 1350, 1920]) {
    const tab = await open('reading.html', { viewport: { width, height: 800 } });
    const link = tab.locator('#contents').getByRole('link', { name: 'Copy mode' });
    const button = tab.getByRole('button', { name: 'Contents' });
    if (width < 1024) {
      assert.ok(!await link.isVisible(), `${width} px`);
      await button.press('Enter');
      assert.ok(await link.isVisible(), `${width} px`);
      await tab.keyboard.press('Escape');
      assert.ok(!await link.isVisible(), `${width} px`);
      assert.match(await focused(tab), /Contents/);
      await button.click();
      await tab.locator('#contents').getByRole('link', { name: 'Line by line' }).click();
      assert.ok(!await link.isVisible(), `${width} px: a heading of the page closes the contents`);
      await button.click();
    }
    assert.equal(await tab.locator('#contents [aria-current]').textContent(), 'Reading');
    await link.click();
    await tab.waitForURL(`${site}copy_mode.html`);
    await tab.context().close();
  }
});

test('/ searches, and finds identifiers and words; Esc closes and gives the focus back', async () => {
  const tab = await open('writing.html');
  const search = tab.getByRole('dialog', { name: 'Search' });
  for (const [words, page] of [
    ['map_copy', 'copy_mode'], ['MmapMut', 'writing'], ['captures_iter', 'regular_expressions'],
    ['ACCESS_COPY', 'copy_mode'], ['copy-on-write', 'copy_mode'], ['seek end', 'reading'],
  ]) {
    await tab.keyboard.press('/');
    await tab.keyboard.type(words);
    await search.locator('li').first().waitFor();
    const found = await search.locator('li a').evaluateAll((links) => links.map(({ href }) => href));
    assert.ok(found.some((link) => link.startsWith(`${site}${page}.html`)), `${words}: expected ${page}, found ${found}`);
    assert.equal(await search.getByRole('status').textContent(), `${found.length} section${found.length === 1 ? '' : 's'}`);
    await tab.keyboard.press('Escape');
    assert.ok(!await search.isVisible(), 'Esc closes');
  }
  const button = tab.getByRole('button', { name: /^Search/ });
  await button.press('Enter');
  await tab.keyboard.type('no such words');
  await search.getByText('0 sections').waitFor();
  await tab.keyboard.press('Escape');
  assert.match(await focused(tab), /show-search/);

  await tab.keyboard.press('/');
  await tab.keyboard.type('captures_iter');
  await search.locator('li').first().waitFor();
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('ArrowUp');
  assert.equal(await focused(tab), (await search.locator('li a').first().evaluate((link) => link.outerHTML)).slice(0, 80));
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/regular_expressions\.html/);
});

test('the theme is the system’s until one is chosen, and stays chosen', async () => {
  const tab = await open('reading.html', { ...DESKTOP, colorScheme: 'dark' });
  const paper = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const button = tab.getByRole('button', { name: /^Theme/ });
  const dark = await paper();
  await tab.emulateMedia({ colorScheme: 'light' });
  const light = await paper();
  assert.notEqual(dark, light);
  for (const [theme, expected] of [['light', light], ['dark', dark], ['auto', light]]) {
    await button.click();
    assert.equal(await button.textContent(), `Theme: ${theme}`);
    await tab.reload();
    assert.equal(await button.textContent(), `Theme: ${theme}`);
    assert.equal(await paper(), expected, theme);
    const [bar] = await tab.locator('meta[name=theme-color]').evaluateAll((metas) =>
      metas.filter(({ media }) => matchMedia(media).matches).map(({ content }) => content));
    const hex = expected.match(/\d+/g).map((part) => Number(part).toString(16).padStart(2, '0')).join('');
    assert.equal(bar, `#${hex}`, 'the color of the browser’s bar');
  }
});

test('the twin opens below the output, and beside the program where there is room', async () => {
  for (const [width, beside] of [[390, false], [1350, false], [1680, true], [1920, true]]) {
    for (const javaScriptEnabled of [true, false]) {
      const tab = await open('copy_mode.html', { viewport: { width, height: 900 }, javaScriptEnabled });
      await tab.locator('summary').click();
      const twin = await tab.locator('.language-python').boundingBox();
      const program = await tab.locator('.language-rust').boundingBox();
      const output = await tab.locator('.language-console').boundingBox();
      assert.equal(twin.x >= program.x + program.width, beside, `${width} px: beside`);
      assert.equal(twin.y >= output.y + output.height, !beside, `${width} px: below`);
      assert.ok(twin.x + twin.width <= width, `${width} px: in sight`);
      await tab.context().close();
    }
  }
});

test('without script each page reads, with contents, previous and next, and no dead control', async () => {
  for (const page of pages) {
    for (const device of [DESKTOP, PHONE]) {
      const tab = await open(page, { ...device, javaScriptEnabled: false });
      assert.ok(await tab.locator('h1').isVisible(), `${page}: <h1>`);
      assert.deepEqual(await tab.locator('button:visible').allTextContents(), device === PHONE ? ['Contents'] : [], page);
      if (device === PHONE) await tab.getByRole('button', { name: 'Contents' }).tap();
      assert.equal(await tab.locator('#contents a:visible').count(), pages.length - 2, `${page}: the contents`);
      const turn = await tab.locator('.turn a').count();
      const least = { 'index.html': 1, '404.html': 0 }[page] ?? 1;
      assert.ok(turn >= least, `${page}: expected previous or next, found ${turn}`);
      for (const summary of await tab.locator('summary').all()) {
        if (device === PHONE) break;
        await summary.click();
      }
      assert.equal(await tab.locator('.language-python:visible').count(), device === PHONE ? 0 : await tab.locator('.language-python').count(), page);
      await tab.context().close();
    }
  }
});

test('from file:// everything works, search and copy too', async () => {
  const tab = await open(pathToFileURL(`${folder}/copy_mode.html`).href);
  await tab.locator('code.hljs').first().waitFor();
  await tab.locator('pre > button').nth(1).click();
  assert.equal(await clipboard(tab), 'cargo run --example mmap_write_copy\n');
  await tab.getByRole('link', { name: /^proved/ }).first().press('Enter');
  await tab.locator('.back').press('Enter');
  await tab.waitForURL(/copy_mode\.html#fr-/);
  await tab.keyboard.press('/');
  await tab.keyboard.type('captures_iter');
  await tab.locator('#find li').first().waitFor();
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/regular_expressions\.html/);
});

test('a page without a clipboard copies all the same', async () => {
  const tab = await open('copy_mode.html');
  await tab.evaluate(() => { navigator.clipboard.writeText = () => { throw new Error('as on http'); }; });
  await tab.locator('pre > button').nth(1).click();
  assert.equal(await clipboard(tab), 'cargo run --example mmap_write_copy\n');
});

test('an address that is not there shows the book under its path', async () => {
  for (const address of ['no_such_page.html', 'no/such/page']) {
    const context = await browser.newContext(DESKTOP);
    const tab = await context.newPage();
    const response = await tab.goto(site + address);
    assert.equal(response.status(), 404);
    assert.ok(await tab.getByRole('heading', { name: 'not found' }).isVisible());
    assert.ok(await tab.getByRole('button', { name: /^Search/ }).isVisible());
    await tab.keyboard.press('/');
    await tab.keyboard.type('captures_iter');
    await tab.locator('#find li').first().waitFor();
    await tab.keyboard.press('Escape');
    await tab.locator('#contents').getByRole('link', { name: 'Reading', exact: true }).click();
    await tab.waitForURL(`${site}reading.html`);
  }
});

test('on paper there are the text, the twins and the addresses, and nothing to press', async () => {
  const tab = await open('copy_mode.html');
  const pdf = await getDocument({ data: new Uint8Array(await tab.pdf()), verbosity: 0 }).promise;
  let text = '';
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    text += items.map(({ str, hasEOL }) => str + (hasEOL ? '\n' : '')).join('');
  }
  for (const expected of ['Copy mode', 'map_copy(&file)', 'reutetcesnoc', 'mmap.ACCESS_COPY', '(https://man7.org/']) {
    assert.ok(text.includes(expected), `expected on paper: ${expected}`);
  }
  for (const control of ['Search', 'Theme', 'Contents', 'Copy the', 'Previous', 'Skip', 'The same in Python']) {
    assert.ok(!text.includes(control), `expected not on paper: ${control}`);
  }
  await tab.emulateMedia({ media: 'print' });
  assert.equal(await tab.locator('button:visible, summary:visible, nav:visible').count(), 0);
  const wide = await tab.evaluate(() => [...document.querySelectorAll('code')].filter((code) => code.scrollWidth > code.clientWidth + 1 && code.closest('pre')).length);
  assert.equal(wide, 0, 'no line of code is cut off');
});
