// What a reader does with a page: by keyboard and by touch, with and without script, on paper.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { book, build, copied, DESKTOP, downloads, FIREFOX, folder, freePort, launch, observe, pages, PATIENCE, PHONE, sample, serve, SMALL, write, until } from './site.mjs';

const site = await serve();
// A book whose proofs are cited twice in one section, and from another page, as the preprocessor writes
// it; and with a long source.
const mark = (name, nth = '', page = '') => `<a class="mark" id="from-${name}${nth}" href="${page}#${name}">proved</a>`;
const proof = (name, links) => `<details class="proof" id="${name}">
<summary>${name.replaceAll('_', ' ')}</summary>

In <code>a.rs</code>, cited ${links}.

~~~rust
fn ${name}() {}
~~~

~~~python
pass
~~~

</details>
`;
const filled = 'A page is long.\n\n'.repeat(60);
const small = build({}, write({
  one: `# One\n\n~~~rust\nfn main() {}\n~~~\n~~~console\n$ cargo run --example it\n~~~\n\nMaps share. ${mark('maps_share')} They do. ${mark('maps_share', '-2')}\n\n## More\n\nAnd again. ${mark('maps_share', '-3')}\n\n${filled}## Proofs\n\n` +
    proof('pigs_fly', '[in Two](two.md#from-pigs_fly)') +
    proof('maps_share', '[above](#from-maps_share), [above](#from-maps_share-2), [above](#from-maps_share-3), [in Two](two.md#from-maps_share)'),
  two: `# Two\n\n${filled}Pigs fly. ${mark('pigs_fly', '', 'one.html')} Maps share. ${mark('maps_share', '', 'one.html')}\n`,
  three: `# Three\n\n## Source\n\n<details class="fold">\n<summary><code>a.rs</code>, 50 lines</summary>\n\n~~~rust\n${'let word = 1;\n'.repeat(50)}~~~\n\n</details>\n`,
}));
const proofs = await serve(small);

const visited = FIREFOX ? sample : pages;
const browser = await launch();
const errors = [];
after(() => browser.close());
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  assert.deepEqual(errors.splice(0), [], 'expected no errors in the console');
});

/** A page in a context of its own, which may use the clipboard. */
async function open(address, options = DESKTOP) {
  const { isMobile, hasTouch, deviceScaleFactor, ...rest } = options;
  const context = await browser.newContext(FIREFOX ? rest : { permissions: ['clipboard-read', 'clipboard-write'], ...options });
  const tab = await context.newPage();
  tab.on('pageerror', (error) => errors.push(`${address}: ${error.stack}`));
  tab.on('console', (message) => message.type() === 'error' && errors.push(`${address}: ${message.text()}`));
  await tab.goto(address.includes('://') ? address : site + address);
  return tab;
}

/** Opens one page after the other, with what a browser keeps of a site. */
async function each(pages, options, look) {
  const tab = await open(pages[0], options);
  for (const page of pages) {
    if (page !== pages[0]) await tab.goto(site + page);
    await look(page, tab);
  }
  await tab.context().close();
}

/** Opens all that folds. */
const unfold = (tab) => tab.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));

/** Waits until the browser has laid out and painted what has changed. */
const painted = (tab) => tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))));

/** Touches, where there is a finger. */
const tap = (locator) => FIREFOX ? locator.click() : locator.tap();

const focused = (tab) => tab.evaluate(() => document.activeElement.outerHTML.slice(0, 80));

/** Whether the whole of what has the focus is in the window. */
const inSight = (tab) => tab.evaluate(() => {
  const { top, bottom } = document.activeElement.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
});

test('Tab reaches the skip link first, and then each control in turn, and each shows it', async () => {
  for (const device of [DESKTOP, PHONE]) {
    const tab = await open('copy_mode.html', device);
    const controls = await tab.evaluate(() => {
      const controls = [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')];
      const visible = controls.filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.matches('.up a'));
      return visible.map((control, index) => {
        control.dataset.control = index;
        return control.outerHTML.slice(0, 80);
      });
    });
    assert.match(controls[0], /Skip to the text/);
    const reached = [];
    for (const control of controls) {
      await tab.keyboard.press('Tab');
      // The way to the top is there further down, and Firefox stops at whatever scrolls.
      for (let more = 0; more < 3; more += 1) {
        const { up, known } = await tab.evaluate(() => ({ up: document.activeElement.matches('.up a'), known: 'control' in document.activeElement.dataset }));
        if (up || (FIREFOX && !known)) await tab.keyboard.press('Tab');
      }
      const { index, style, width } = await tab.evaluate(() => {
        const { outlineStyle: style, outlineWidth: width } = getComputedStyle(document.activeElement);
        return { index: document.activeElement.dataset.control, style, width: parseFloat(width) };
      });
      assert.ok(style !== 'none' && width >= 2, `copy_mode.html: expected a ring of 2 px or more, found ${style} ${width}: ${controls[index]}`);
      reached.push(controls[index] ?? `neither ${control} nor another control`);
    }
    assert.deepEqual(reached, controls, 'copy_mode.html: what Tab reaches');

    await tab.goto(`${site}copy_mode.html`);
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    assert.match(await focused(tab), /<main/);
  }
});

test('each block but an output is copied by its button', async () => {
  let count = 0;
  await each(visited, DESKTOP, async (page, tab) => {
    // On a page that has hundreds, those far down have their buttons later.
    await until(() => tab.evaluate(() => document.querySelectorAll('.copy').length === document.querySelectorAll('pre > code:not(.language-console)').length));
    // Each into what stands in for the clipboard: the tests below use that of the browser.
    const { expected, found } = await tab.evaluate(async () => {
      const written = new DOMParser().parseFromString(await (await fetch(location)).text(), 'text/html');
      const expected = [...written.querySelectorAll('pre > code:not(.language-console)')].map(({ textContent }) => textContent);
      let copied;
      navigator.clipboard.writeText = async (text) => { copied = text; };
      const found = [];
      for (const button of document.querySelectorAll('.copy')) {
        button.click();
        while (!button.textContent.startsWith('Copied')) await new Promise((resolve) => setTimeout(resolve));
        found.push({ copied, said: document.querySelector('#said').textContent });
      }
      return { expected, found };
    });
    assert.deepEqual(found.map(({ copied }) => copied), expected, page);
    assert.deepEqual(found.filter(({ said }) => !/^Copied the (program|command|lines|text)$/.test(said)), [], `${page}: said aloud`);
    count += found.length;
  });
  assert.ok(FIREFOX || count > 100, `expected a hundred blocks, found ${count}`);
});

test('a button copies into the clipboard of the browser', async () => {
  await each(sample, DESKTOP, async (page, tab) => {
    await unfold(tab);
    const blocks = tab.locator('pre > code:not(.language-console)');
    for (const code of [blocks.first(), blocks.last()].slice(0, await blocks.count())) {
      assert.equal(await copied(code), await code.textContent(), page);
    }
  });
});

test('the copy button of a long block stays in sight', async () => {
  for (const device of [DESKTOP, PHONE]) {
    const tab = await open('the_whole_file.html', device);
    await tab.locator('.language-rust').evaluate((code) => scrollTo(0, code.getBoundingClientRect().top + code.clientHeight / 2));
    const box = await tab.locator('.language-rust + .copy').boundingBox();
    const bar = await tab.locator('.side header').boundingBox();
    assert.ok(box.y >= (device === PHONE ? bar.height - 1 : 0) && box.y < 100, `it is at ${box.y}`);
  }
});

/** Presses a button that saves a file, and gives its name and what is in it. */
async function saved(button) {
  const [download] = await Promise.all([button.page().waitForEvent('download'), button.press('Enter')]);
  const [name, path] = [download.suggestedFilename(), await download.path()];
  return { name, text: readFileSync(FIREFOX ? join(downloads, name) : path, 'utf8') };
}

test('each program, each twin and each file that goes along is saved as it is, under its name', async () => {
  const places = ['examples', 'src', '.'].flatMap((folder) => readdirSync(join(book, folder)).map((name) => [name, join(book, folder, name)]));
  const files = Object.fromEntries(places);
  const found = [];
  await each(visited.filter((page) => page !== 'index.html'), DESKTOP, async (page, tab) => { // the first page once more
    // Of a hundred files that are saved at once a browser leaves out some: no more than its part is.
    const offered = await tab.evaluate(() => {
      let saved;
      HTMLAnchorElement.prototype.click = function () { saved = { name: this.download, href: this.href }; };
      return [...document.querySelectorAll('.save')].map((button) => {
        button.click();
        return { ...saved, label: button.textContent };
      });
    });
    for (const { name, href, label } of offered) {
      const text = decodeURIComponent(href.replace('data:text/plain;charset=utf-8,', ''));
      assert.equal(label, `Download ${name}`, page);
      assert.ok(files[name], `${page}: expected a program, a twin or a file that goes along, found ${name}`);
      assert.equal(text, readFileSync(files[name], 'utf8'), `${page}: ${name}`);
      found.push(name);
    }
  });
  const tab = await open('the_whole_file.html');
  const whole = await saved(tab.getByRole('button', { name: 'Download mapped_file.rs' }));
  assert.deepEqual(whole, { name: 'mapped_file.rs', text: readFileSync(files['mapped_file.rs'], 'utf8') });
  if (FIREFOX) return;
  const expected = [...readdirSync(join(book, 'examples')), 'lorem.txt', 'mapped_file.rs'];
  assert.deepEqual(expected.filter((name) => !found.includes(name)), [], 'on no page');
});

test('a program says below its output what it needs, and unfolds to the lines and the files', async () => {
  const manifest = readFileSync(join(book, 'Cargo.toml'), 'utf8').split('\n');
  await each(visited, DESKTOP, async (page, tab) => {
    const outputs = await tab.locator('.language-console').count();
    assert.equal(await tab.locator('pre:has(> .language-console) + .needs:visible').count(), outputs, page);
    const folds = await tab.locator('details.needs').evaluateAll((folds) => folds.map((fold) => ({
      lines: fold.querySelector('.language-toml').textContent.split('\n'),
      links: [...fold.querySelectorAll('a')].map(({ textContent }) => textContent),
      needed: [...fold.querySelectorAll('summary code')].map(({ textContent }) => textContent),
    })));
    for (const { lines, links, needed } of folds) {
      assert.deepEqual(lines.filter((line) => !manifest.some((whole) => whole.startsWith(line))), [], page);
      const told = lines.map((line) => line.match(/^([\w-]+) = /)?.[1]).filter(Boolean);
      assert.deepEqual([...told, ...links].sort(), needed.sort(), `${page}: what the line and the fold say`);
    }
  });
  const tab = await open('making_one.html');
  const summary = tab.locator('.needs > summary');
  assert.equal(await summary.textContent(), 'Needs mapped_file.rs, memchr, memmap2 and lorem.txt');
  await summary.press('Enter');
  await tab.getByRole('link', { name: 'lorem.txt' }).press('Enter');
  await tab.waitForURL(/#the-text$/);
  assert.ok(await tab.locator('#the-text:target').isVisible());
});

test('on a phone the strip of a block has room for all of its buttons', async () => {
  for (const page of ['reading.html', 'the_whole_file.html', 'set_up.html']) {
    const tab = await open(page, SMALL);
    await unfold(tab);
    const blocks = await tab.locator('pre').all();
    let count = 0;
    for (const block of blocks) {
      await block.scrollIntoViewIfNeeded();
      await painted(tab);
      const { room, buttons } = await block.evaluate((pre) => {
        // As wide as they get.
        for (const [name, text] of [['.wrap', 'Unwrap'], ['.copy > :first-child', 'Copied']]) {
          const button = pre.querySelector(name);
          if (button) button.textContent = text;
        }
        const { content, font } = getComputedStyle(pre, '::before');
        const label = Object.assign(document.createElement('span'), { textContent: JSON.parse(content) });
        Object.assign(label.style, { font, position: 'absolute', whiteSpace: 'nowrap' });
        pre.after(label);
        const { width } = label.getBoundingClientRect();
        label.remove();
        const buttons = [...pre.querySelectorAll('button')].filter((button) => button.checkVisibility());
        const left = Math.min(...buttons.map((button) => button.getBoundingClientRect().left));
        return { room: left - pre.getBoundingClientRect().left - 16 - width, buttons: buttons.length };
      });
      assert.ok(room >= 0, `${page}: a button covers ${-room} px of the label`);
      if (buttons === 3) count += 1;
    }
    assert.ok(page === 'set_up.html' || count, `${page}: a block with three buttons`);
    await tab.context().close();
  }
});

test('a copy that fails says so', async () => {
  const tab = await open('copy_mode.html');
  await tab.evaluate(() => {
    navigator.clipboard.writeText = () => { throw new Error('as on http'); };
    document.execCommand = () => false;
  });
  await tab.locator('.copy').first().click();
  await tab.getByRole('status').filter({ hasText: 'Cannot copy the program' }).waitFor({ state: 'attached' });
});

test('a copy button is seen and pressed on a touch screen', async () => {
  const tab = await open('copy_mode.html', PHONE);
  const button = tab.locator('.copy').first();
  await button.scrollIntoViewIfNeeded();
  const { width, height } = await button.boundingBox();
  assert.ok(width >= 24 && height >= 24, `expected 24 by 24 px, found ${width} by ${height}`);
  assert.equal(await button.evaluate((element) => getComputedStyle(element).opacity), '1');
  await tap(button);
  await tab.getByRole('status').filter({ hasText: 'Copied the program' }).waitFor({ state: 'attached' });
});

test('a mark says that it proves; one key opens the proof, one key leads back', async () => {
  for (const root of [proofs, pathToFileURL(`${small}/`).href]) {
    const tab = await open(`${root}one.html`);
    const back = tab.locator('.proof[open] > .back:focus', { hasText: 'Back to the sentence' });
    for (const nth of ['', '-2', '-3']) {
      const mark = tab.locator(`#from-maps_share${nth}`);
      assert.equal(await mark.getAttribute('title'), 'maps share');
      assert.equal(await mark.textContent(), 'proved');
      // A second time without the way back between, too: then the address stays as it is.
      for (const again of [false, true]) {
        await mark.press('Enter');
        await tab.waitForURL(`${root}one.html#maps_share`);
        await back.waitFor();
        assert.ok(await tab.locator('#maps_share:target pre').first().isVisible());
        assert.ok(await inSight(tab), `mark ${nth}${again ? ', again' : ''}`);
      }
      await tab.keyboard.press('Enter');
      await tab.waitForURL(`${root}one.html#from-maps_share${nth}`);
      await tab.locator(`#from-maps_share${nth}:target:focus`).waitFor();
      assert.ok(await inSight(tab), `mark ${nth}`);
      // The browser tells of the new fragment a little later than it goes there.
      await tab.locator('.back').waitFor({ state: 'detached' });
    }
    // From another page, where it is the last of a long text.
    await tab.goto(`${root}two.html`);
    await tab.locator('#from-maps_share').press('Enter');
    await tab.waitForURL(/\/one\.html\?from=.*#maps_share$/);
    await back.waitFor();
    assert.ok(await inSight(tab));
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${root}two.html#from-maps_share`);
    await tab.locator('#from-maps_share:target:focus').waitFor();
    assert.ok(await inSight(tab));
    await tab.context().close();
  }
});

test('a proof leads to each sentence that cites it', async () => {
  for (const [nth, sentence] of ['one.html#from-maps_share', 'one.html#from-maps_share-2', 'one.html#from-maps_share-3', 'two.html#from-maps_share'].entries()) {
    const tab = await open(`${proofs}one.html#maps_share`);
    await tab.locator('#maps_share[open] > p a').nth(nth).press('Enter');
    await tab.waitForURL(proofs + sentence);
    await tab.locator(':target:focus').waitFor();
    assert.ok(await inSight(tab), sentence);
    await tab.context().close();
  }
});

test('what a proof shows is neither a program to save nor a twin', async () => {
  const tab = await open(`${proofs}one.html`);
  assert.deepEqual(await tab.locator('.save').allTextContents(), ['Download it.rs']);
  assert.equal(await tab.locator('.twin').count(), 0);
});

test('without script a mark leads to its proof, and the proof to the sentences that cite it', { skip: FIREFOX && 'its script cannot be turned off' }, async () => {
  const tab = await open(`${proofs}two.html`, { ...DESKTOP, javaScriptEnabled: false });
  await tab.locator('[href="one.html#maps_share"]').press('Enter');
  await tab.waitForURL(`${proofs}one.html#maps_share`);
  await tab.locator('#maps_share:target > summary').press('Enter');
  assert.ok(await tab.locator('#maps_share pre').first().isVisible());
  await tab.locator('#maps_share a', { hasText: 'above' }).nth(2).press('Enter');
  await tab.waitForURL(`${proofs}one.html#from-maps_share-3`);
  assert.ok(await tab.locator('#from-maps_share-3:target').isVisible());
});

test('the way back leads nowhere but to the sentence that cites the proof', async () => {
  const tab = await open(`${proofs}two.html`);
  for (const [from, count] of [
    ['two.html#from-pigs_fly', 1], ['two.html#from-maps_share', 0], ['javascript:alert(1)', 0],
    ['javascript:alert(1)//a.html#from-pigs_fly', 0], ['https://example.org/two.html#from-pigs_fly', 0],
    ['//example.org/two.html#from-pigs_fly', 0], ['two.html#pigs_fly', 0], ['two.html', 0],
  ]) {
    await tab.goto(`${proofs}one.html?from=${encodeURIComponent(from)}#pigs_fly`);
    await tab.locator('#pigs_fly[open]').waitFor();
    assert.equal(await tab.locator('.back').count(), count, from);
  }
});

test('a long source folds, and opens for what leads into it', async () => {
  const tab = await open(`${proofs}three.html`);
  const fold = tab.locator('.fold');
  assert.equal(await fold.locator('pre').isVisible(), false);
  await fold.locator('summary').press('Enter');
  assert.ok(await fold.locator('pre').isVisible());

  // What it leads to: a link, and what the search has found.
  await tab.goto(`${proofs}three.html`);
  await fold.locator('pre > code').evaluate((code) => { code.id = 'inside'; location.hash = '#inside'; });
  await fold.locator('pre').waitFor();
  await tab.goto(`${proofs}three.html?find=word#source`);
  await fold.locator('pre').waitFor();

  if (FIREFOX) return; // it prints nothing that can be read here
  await tab.goto(`${proofs}three.html`);
  await tab.emulateMedia({ media: 'print' });
  const { height } = await fold.locator('pre').boundingBox();
  assert.ok(height > 300, `on paper: ${height} px`);
});

test('a table of words is never cut: without room its rows are cards; one of numbers scrolls with a sign', async () => {
  const count = { cards: 0, whole: 0, scrolled: 0 };
  await each(visited, DESKTOP, async (page, tab) => {
    if (!await tab.locator('.table-wrapper').count()) return;
    await unfold(tab);
    for (const width of [360, 700, 768, 1024, 1280, 1366, 1440, 1920]) {
      await tab.setViewportSize({ width, height: 900 });
      await painted(tab);
      const { problems, ...found } = await tab.evaluate(() => {
        const found = { problems: [], cards: 0, whole: 0, scrolled: 0 };
        for (const wrapper of document.querySelectorAll('.table-wrapper')) {
          const [head, ...rows] = [...wrapper.querySelectorAll('tr')].map(({ cells }) => [...cells]);
          const labels = head.map(({ textContent }) => textContent);
          const problem = (text) => found.problems.push(`${text}: ${labels}`);
          // What can be compared: a column of numbers.
          const numbers = labels.some((_, nth) => nth && rows.every((cells) => /^(?:\d|$)/.test(cells[nth].textContent)));
          const asCards = getComputedStyle(rows[0][0]).display !== 'table-cell';
          const cut = wrapper.scrollWidth > wrapper.clientWidth;
          found[asCards ? 'cards' : cut ? 'scrolled' : 'whole'] += 1;
          if (asCards && numbers) problem('numbers on cards');
          if (cut && !numbers) problem('cut');
          if (cut && innerWidth >= 1280) problem('cut on a desktop');
          const sign = /scroll/.test(getComputedStyle(head[0], '::after').content);
          if (cut && !(sign && getComputedStyle(wrapper).backgroundAttachment.includes('local') && getComputedStyle(rows[0][0]).position === 'sticky')) problem('cut without a sign');
          if (!cut && sign) problem('a sign, and all is in sight');
          if (!asCards && innerWidth <= 640 && !numbers) problem('words in columns on a phone');
          if (!asCards) continue;
          for (const cell of rows.flat().filter(({ textContent }) => textContent)) {
            const { content } = getComputedStyle(cell, '::before');
            const { left, right } = cell.getBoundingClientRect();
            if (left < 0 || right > innerWidth || cell.dataset.label !== labels[cell.cellIndex] ||
              content !== (cell.cellIndex ? CSS.supports('-moz-appearance', 'none') ? 'attr(data-label)' : JSON.stringify(cell.dataset.label) : 'none')) problem(`without its label or out of sight, ${cell.textContent}`);
          }
        }
        return found;
      });
      assert.deepEqual(problems, [], `${page}, ${width} px`);
      for (const name of Object.keys(count)) count[name] += found[name];
    }
    assert.ok(await tab.getByRole('cell').count(), `${page}: a card still is a row`);
  });
  assert.ok(FIREFOX || Object.values(count).every((count) => count > 20), JSON.stringify(count));
  if (FIREFOX) return;
  const tab = await open('reading.html', { ...SMALL, javaScriptEnabled: false });
  assert.ok(await tab.locator('th').last().isVisible(), 'without script a table stays one');
});

test('on a phone no title is cut, no name is broken, no table is endless, and no line runs through the label of a chart', async () => {
  await each(visited, SMALL, async (page, tab) => {
    assert.deepEqual(await tab.evaluate(() => {
      const problems = [];
      for (const table of document.querySelectorAll('table')) {
        const [height, most] = [table.clientHeight / innerHeight, table.matches('.cards') ? 0.4 * table.rows.length : 4];
        if (height > most) problems.push(`a table of ${height.toFixed(1)} screens, expected ${most.toFixed(1)}: ${table.rows[0].textContent}`);
      }
      for (const fold of document.querySelectorAll('details')) fold.open = true;
      const range = new Range();
      /** The text of an element as its lines are on the screen. */
      const lines = (element) => {
        const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        let [found, bottom] = ['', Infinity];
        while (texts.nextNode()) {
          for (let at = 0; at < texts.currentNode.length; at += 1) {
            range.setStart(texts.currentNode, at);
            range.setEnd(texts.currentNode, at + 1);
            const box = range.getBoundingClientRect();
            if (box.width && box.top >= bottom) found += '\n';
            if (box.width) ({ bottom } = box);
            found += texts.currentNode.data[at];
          }
        }
        return found;
      };
      for (const code of document.querySelectorAll(':not(pre, th) > code')) {
        const found = lines(code);
        const whole = code.textContent.length <= 20 && !code.closest('td');
        if (found.includes('\n') && (whole || /\w\n\w|[&-]\n|\S\n[-[>]/.test(found.replace(/_\n/g, '_ ')))) problems.push(`a name is broken: ${found}`);
        if (/^[.,:;)?!]/.test(code.nextSibling?.data)) {
          range.setStart(code.nextSibling, 0);
          range.setEnd(code.nextSibling, 1);
          const { top } = range.getBoundingClientRect();
          if (top >= [...code.getClientRects()].at(-1).bottom) problems.push(`a line starts with the sign after ${code.textContent}`);
        }
      }
      const { left } = document.querySelector('h1').getBoundingClientRect();
      for (const summary of document.querySelectorAll('main summary')) {
        range.selectNodeContents(summary);
        const starts = [...range.getClientRects()].map(({ left }) => left);
        if (Math.min(...starts) < Math.max(left, starts[0]) - 1) problems.push(`a line of a fold hangs out of it: ${summary.textContent}`);
      }
      for (const text of document.querySelectorAll('main > svg text')) {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        for (const mark of text.closest('svg').querySelectorAll('path, circle, rect')) {
          const box = mark.getBoundingClientRect();
          const screen = mark.getScreenCTM().inverse();
          for (let x = Math.max(left, box.left); x < Math.min(right, box.right); x += 1) {
            if (mark.isPointInStroke(new DOMPoint(x, (top + bottom) / 2).matrixTransform(screen))) {
              problems.push(`a line runs through ${text.textContent}`);
              break;
            }
          }
        }
      }
      return problems;
    }), [], page);
    for (const width of [320, 360, 700, 1000]) {
      await tab.setViewportSize({ width, height: 740 });
      const cut = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) => scrollHeight > clientHeight + 1 || scrollWidth > clientWidth;
      assert.ok(!await tab.locator('.title:visible').evaluate(cut), `${page}, ${width} px: the name of the page is cut`);
    }
    await tab.setViewportSize(SMALL.viewport);
  });
});

test('on a phone the comments of a program wrap, and its lines do not', async () => {
  for (const [page, language] of [['index.html', 'rust'], ['the_whole_file.html', 'rust'], ['copy_mode.html', 'python']]) {
    const tab = await open(page, SMALL);
    await unfold(tab);
    const found = await tab.evaluate((language) => [...document.querySelectorAll(`.language-${language}`)].map((code) => {
      const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
      const { right } = code.getBoundingClientRect();
      const cut = { comments: 0, lines: 0 };
      const range = new Range();
      while (texts.nextNode()) {
        for (const { 0: line, index } of texts.currentNode.data.matchAll(/.+/g)) {
          range.setStart(texts.currentNode, index);
          range.setEnd(texts.currentNode, index + line.length);
          if (range.getBoundingClientRect().right > right) cut[/^ *(?:\/\/|#(?![![]))/.test(line) ? 'comments' : 'lines'] += 1;
        }
      }
      return cut;
    }), language);
    assert.deepEqual(found.filter(({ comments }) => comments), [], page);
    assert.ok(language === 'python' || found.some(({ lines }) => lines), `${page}: expected a line that is cut`);
  }
  const tab = await open('index.html');
  assert.equal(await tab.locator('.comment').count(), 0, 'where there is room');
});

test('prose, code and tables have one right edge, in the middle of a wide window, beside one list of sections', async () => {
  for (const width of [1024, 1350, 1366, 1920, 2560]) {
    const tab = await open('from_python_to_rust.html', { viewport: { width, height: 900 } });
    await tab.evaluate(() => document.querySelector('main').append(Object.assign(document.createElement('pre'), { innerHTML: '<code>text</code>' })));
    const { edges, left, right, lists } = await tab.evaluate(() => {
      const edge = (element) => Math.round(element.getBoundingClientRect().right);
      const all = ['main > p', '.table-wrapper', 'main > pre'].flatMap((selector) => [...document.querySelectorAll(selector)]);
      return {
        edges: [...new Set(all.map(edge))],
        left: document.querySelector('.side').getBoundingClientRect().left,
        right: innerWidth - document.querySelector(innerWidth >= 1280 ? '#here' : 'main').getBoundingClientRect().right,
        lists: [...document.querySelectorAll('#contents .headings, #here')].filter((list) => list.checkVisibility({ visibilityProperty: true })).length,
      };
    });
    assert.equal(edges.length, 1, `${width} px: right edges at ${edges}`);
    assert.ok(Math.abs(left - right) < 20, `${width} px: ${left} px at the left, ${right} px at the right`);
    assert.equal(lists, 1, `${width} px: lists of sections`);
  }
});

test('in the first moment the programs in sight have their colors', async () => {
  const tab = await open('see_also.html');
  await tab.addInitScript(() => addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => {
    window.pale = [...document.querySelectorAll('code:is(.language-rust, .language-toml)')]
      .filter((code) => code.getBoundingClientRect().top < innerHeight && !('colored' in code.dataset)).length;
  }))));
  for (const page of ['set_up.html', 'index.html', 'copy_mode.html']) {
    await tab.goto(site + page);
    await until(() => tab.evaluate(() => 'pale' in window));
    assert.equal(await tab.evaluate(() => window.pale), 0, page);
  }
});

test('code far below that scrolls is reached with Tab before it comes near', async () => {
  const tab = await open('the_whole_file.html', SMALL);
  const late = await tab.evaluate(() => {
    const blocks = [...document.querySelectorAll('pre > code')].filter((code) => Math.max(...code.textContent.split('\n').map(({ length }) => length)) > 60);
    return blocks.filter(({ tabIndex }) => tabIndex < 0).length;
  });
  assert.equal(late, 0);
});

test('code that is cut shows it, and one touch wraps all of it on all pages', async () => {
  let count = 0;
  await each(visited, SMALL, async (page, tab) => {
    await unfold(tab);
    const [cut, silent] = await tab.evaluate(async () => {
      const cut = [...document.querySelectorAll('pre > code')].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
      const silent = [];
      for (const code of cut) {
        // What is far from the window is not laid out before it comes near.
        code.scrollIntoView({ block: 'nearest' });
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        const button = code.parentElement.querySelector('.wrap');
        if (!button?.checkVisibility() || !getComputedStyle(code).backgroundAttachment.includes('local')) silent.push(code);
      }
      return [cut.length, silent.map(({ textContent }) => textContent.slice(0, 80))];
    });
    assert.deepEqual(silent, [], `${page}: cut without a sign`);
    count += cut;
  });
  assert.ok(FIREFOX || count > 50, `expected many blocks to be cut at 360 px, found ${count}`);

  const tab = await open('reading.html', SMALL);
  await tab.evaluate(() => {
    const [, code] = [...document.querySelectorAll('pre > code')].filter((code) => code.checkVisibility({ contentVisibilityAuto: false }) && !code.closest('details:not([open])') && code.scrollWidth > code.clientWidth);
    code.id = 'second';
    code.scrollIntoView({ block: 'center' });
  });
  const second = tab.locator('pre:has(> #second) > .wrap');
  await second.scrollIntoViewIfNeeded();
  const before = await second.boundingBox();
  assert.ok(before.width >= 24 && before.height >= 24, `${before.width} by ${before.height} px`);
  await tap(second);
  assert.equal(await second.textContent(), 'Unwrap');
  const after = await second.boundingBox();
  assert.ok(Math.abs(after.y - before.y) < 2, `the button stays under the finger: it moved by ${after.y - before.y} px`);
  for (const page of visited) {
    await tab.goto(site + page);
    const cut = await tab.evaluate(() => [...document.querySelectorAll('pre > code')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => textContent.slice(0, 80)));
    assert.deepEqual(cut, [], page);
  }
  const first = () => tab.evaluate(() => document.querySelector('pre > code').scrollIntoView());
  await tab.goto(`${site}copy_mode.html`);
  await first();
  await tap(tab.locator('.wrap:visible').first());
  await tab.reload();
  await first();
  assert.equal(await tab.locator('.wrap:visible').first().textContent(), 'Wrap', 'and unwraps it');
});

test('arrow keys scroll code and tables, and turn the page elsewhere', async () => {
  for (const [selector, page, width] of [['pre > code', 'reading.html', 390], ['.table-wrapper', 'what_a_map_costs.html', 390]]) {
    const tab = await open(page, { viewport: { width, height: 800 } });
    await tab.locator(selector).first().focus();
    await tab.keyboard.press('ArrowRight');
    await until(() => tab.evaluate((selector) => document.querySelector(selector).scrollLeft > 0, selector));
    assert.equal(tab.url(), site + page, selector);
  }

  const tab = await open('reading.html');
  // A press of the link is seen at once, another page only after a while.
  await tab.evaluate(() => { document.querySelector('.turn').onclick = () => { window.turned = true; }; });
  const stays = async (why) => assert.ok(!await tab.evaluate(() => window.turned), why);
  await tab.locator('pre > code').first().click();
  await tab.keyboard.press('ArrowRight');
  await stays('in code that does not scroll');
  await tab.keyboard.press('/');
  await tab.keyboard.press('ArrowRight');
  await stays('in the search');
  await tab.keyboard.press('Escape');
  await tab.locator('body').dispatchEvent('keydown', { key: 'ArrowRight', altKey: true, bubbles: true });
  await stays('with Alt');
  await tab.goto(`${site}reading.html`);
  await tab.keyboard.press('ArrowRight');
  await tab.waitForURL(`${site}writing.html`);
  await tab.keyboard.press('ArrowLeft');
  await tab.waitForURL(`${site}reading.html`);
});

test('the contents are reached at every width, and Esc gives the focus back', async () => {
  for (const width of [320, 390, 800, 1023, 1024, 1350, 1920]) {
    const tab = await open('reading.html', { viewport: { width, height: 800 } });
    const link = tab.locator('#contents').getByRole('link', { name: 'copy-on-write' });
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
    assert.equal(await tab.locator('#contents [aria-current]').textContent(), 'Read a file through a map');
    await link.click();
    await tab.waitForURL(`${site}copy_mode.html`);
    await tab.context().close();
  }
});

test('the page shows where in it and in the book the reader is', async () => {
  const tab = await open('memmap2_every_function.html', { viewport: { width: 1350, height: 500 } });
  const here = tab.getByRole('navigation', { name: 'On this page' });
  assert.equal(await here.locator('[aria-current]').count(), 0, 'at the top');
  await here.getByRole('link', { name: 'A raw map', exact: true }).click();
  await here.locator('[aria-current=location]', { hasText: 'A raw map' }).waitFor();
  const last = here.locator('li:last-child > a');
  await tab.evaluate(() => document.querySelector('main').lastElementChild.scrollIntoView({ block: 'end' }));
  await here.locator('[aria-current=location]').waitFor();
  assert.ok(await last.evaluate((link) => link.getBoundingClientRect().bottom <= innerHeight), 'it scrolls with the page');

  for (const [width, height] of [[390, 844], [1100, 700], [1350, 700]]) {
    await each(visited.filter((page) => page !== '404.html'), { viewport: { width, height } }, async (page, tab) => {
      if (width < 1024) await tab.getByRole('button', { name: 'Contents' }).click();
      await painted(tab);
      const hidden = await tab.evaluate(() => [...document.querySelectorAll('#contents [aria-current], #contents .headings')].filter((element) => {
        if (!element.checkVisibility()) return false; // beside the text, in a wide window
        const { top, bottom } = element.getBoundingClientRect();
        const { bottom: above } = document.querySelector('.side header').getBoundingClientRect();
        return (innerWidth >= 1024 && top < above - 1) || top < 0 || bottom > innerHeight + 1;
      }).map(({ outerHTML }) => outerHTML.slice(0, 60)));
      assert.deepEqual(hidden, [], `${page}, ${width} px: the page and its headings in the contents`);
    });
  }
});

test('on a phone the bar is one line and stays, and covers nothing that a link leads to', async () => {
  for (const width of [320, 390, 800]) {
    const tab = await open('reading.html#access-modes', { ...PHONE, viewport: { width, height: 740 } });
    await until(() => tab.evaluate(() => scrollY > 100));
    const { y, height } = await tab.locator('.side header').boundingBox();
    assert.ok(Math.abs(y) < 1 && height < 56, `${width} px: ${height} px high at ${y}`);
    for (const name of ['Contents', /^Search/, /^Theme/]) {
      const box = await tab.getByRole('button', { name }).boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width && box.height >= 24 && box.width >= 24, `${width} px: ${name}`);
    }
    const name = tab.locator('.title:visible');
    assert.equal(await name.textContent(), 'Read a file through a map');
    const heading = await tab.locator('#access-modes').boundingBox();
    assert.ok(heading.y >= height, `${width} px: the heading is at ${heading.y}`);
  }
});

test('a long page has a way to its top, with and without script', async () => {
  for (const device of [DESKTOP, PHONE]) {
    for (const javaScriptEnabled of FIREFOX ? [true] : [true, false]) {
      const tab = await open('memmap2_every_function.html', { ...device, javaScriptEnabled });
      const up = tab.getByRole('link', { name: 'Top', exact: true });
      await until(() => tab.evaluate(() => !document.querySelector('.up a').checkVisibility({ visibilityProperty: true }))); // at the top
      await tab.locator('#where-its-documentation-is-wrong').scrollIntoViewIfNeeded();
      await up.press('Enter');
      await tab.waitForURL(/#content$/);
      await tab.locator('h1').waitFor();
      assert.ok((await tab.locator('h1').boundingBox()).y >= 0);
      assert.equal(await tab.locator('main').evaluate((main) => getComputedStyle(main).backgroundColor), 'rgba(0, 0, 0, 0)');
    }
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
    await tab.locator(`#find [data-query="${words}"] li`).first().waitFor();
    const found = await search.locator('li a').evaluateAll((links) => links.map(({ href }) => href));
    assert.ok(found.some((link) => link.startsWith(`${site}${page}.html`)), `${words}: expected ${page}, found ${found}`);
    assert.match(await search.getByRole('status').textContent(), new RegExp(`^(?:${found.length} sections?|The best ${found.length} of \\d+ sections)$`));
    await tab.keyboard.press('Escape');
    assert.ok(!await search.isVisible(), 'Esc closes');
  }
  // On many keyboards / is typed with Shift, and whoever has copied a program is still in it.
  await tab.locator('.copy').first().focus();
  await tab.locator('.copy').first().dispatchEvent('keydown', { key: '/', shiftKey: true, bubbles: true });
  await search.waitFor();
  await search.getByRole('button', { name: 'Close' }).click();
  assert.ok(!await search.isVisible(), 'the button closes');

  const button = tab.getByRole('button', { name: /^Search/ });
  await button.press('Enter');
  assert.equal(await tab.getByRole('searchbox').count(), 1);
  await tab.keyboard.type('zyzzyva');
  await search.getByText('Nothing found').waitFor();
  await tab.keyboard.press('Escape');
  assert.match(await focused(tab), /show-search/);

  await tab.keyboard.press('/');
  await tab.keyboard.type('captures_iter');
  await tab.locator('#find [data-query=captures_iter] li').first().waitFor();
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('ArrowUp');
  assert.equal(await focused(tab), (await search.locator('li a').first().evaluate((link) => link.outerHTML)).slice(0, 80));
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/regular_expressions\.html/);

  await tab.keyboard.press('/');
  await tab.keyboard.type('whole sentences');
  await tab.locator('#find [data-query="whole sentences"] a').first().click();
  await tab.waitForURL(/regular_expressions\.html\?find=.*#whole-sentences$/);
  await until(() => tab.evaluate(() => !document.querySelector('dialog').open)); // on the same page, too
  await tab.keyboard.press('/');
  await tab.keyboard.type('read a file through a map');
  await tab.locator('#find [data-query="read a file through a map"] a').first().waitFor();
  assert.match(await search.locator('a').first().getAttribute('href'), /\/reading\.html\?find=.*#reading$/, 'a title comes first');
});

test('? lists the keys, and Ctrl+K searches as / does', async () => {
  const tab = await open('writing.html');
  const keys = tab.getByRole('dialog', { name: 'Keys' });
  const listed = await tab.locator('#keys kbd').allTextContents();
  await tab.keyboard.press('?');
  await keys.waitFor();
  for (const key of listed.filter((key) => !['Esc', 'Enter'].includes(key))) {
    await tab.keyboard.press({ 'Ctrl K': 'Control+k', '↑': 'ArrowUp', '↓': 'ArrowDown', '←': 'ArrowLeft', '→': 'ArrowRight' }[key] ?? key);
    assert.equal(await tab.locator('dialog:modal').count(), 1, `${key}: expected nothing but the list`);
  }
  assert.equal(tab.url(), `${site}writing.html`);
  await tab.keyboard.press('Escape');
  assert.ok(!await keys.isVisible());
  for (const key of ['Control+k', 'Meta+k', '/']) {
    await tab.keyboard.press(key);
    await tab.getByRole('dialog', { name: 'Search' }).waitFor();
    await tab.keyboard.type('?');
    assert.equal(await tab.locator('dialog:modal').count(), 1, 'in the search ? is a letter');
    await tab.keyboard.press('Escape');
  }
  await tab.keyboard.press('?');
  await keys.getByRole('button', { name: 'Close' }).click();
  assert.ok(!await keys.isVisible());
});

test('where the system chooses the colors, the current page stands out', { skip: FIREFOX && 'it cannot be told which colors to prefer' }, async () => {
  const tab = await open('writing.html', { ...DESKTOP, forcedColors: 'active' });
  const [current, other] = await tab.evaluate(() => ['[aria-current]', 'a:not([aria-current])'].map((link) => {
    const { backgroundColor, forcedColorAdjust } = getComputedStyle(document.querySelector(`#contents ${link}`));
    return forcedColorAdjust === 'none' ? backgroundColor : 'that of the system';
  }));
  assert.notEqual(current, other);
});

test('a search without its index says so', async () => {
  const tab = await open('see_also.html');
  await tab.route(/searchindex/, (route) => route.abort());
  await tab.goto(`${site}writing.html`); // a route holds from the next page on
  await tab.keyboard.press('/');
  await tab.getByRole('dialog').getByText('The index cannot be loaded.').waitFor();
  errors.length = 0; // the browser reports the file that is missing
});

test('tokens have colors of their own', async () => {
  const tab = await open('set_up.html');
  await tab.locator('[data-colored]').first().waitFor();
  const tokens = (language, text) => tab.evaluate(([language, text]) => {
    const code = Object.assign(document.createElement('code'), { className: `language-${language}`, textContent: text });
    window.color(code);
    return [...CSS.highlights].flatMap(([name, ranges]) => [...ranges].filter(({ startContainer }) => code.contains(startContainer))
      .map(({ startOffset, endOffset }) => ({ startOffset, token: `${name} ${text.slice(startOffset, endOffset)}` })))
      .sort((a, b) => a.startOffset - b.startOffset).map(({ token }) => token);
  }, [language, text]);
  assert.deepEqual(await tokens('rust', String.raw`#[cfg(target_os = "a]b")]
// let "it" be
unsafe fn first<'a>(of: &'a [u8]) -> Option<u8> {
    println!("a \" // {}", 'x');
    let text = r#"a "b" // c"#;
    [b'\n', b"\'", 0x1f, of[0..10]] /* of 'a'
 */
}`), [
    'keyword #[cfg(target_os = "a]b")]', 'comment // let "it" be', 'keyword unsafe', 'keyword fn', 'name first', "number 'a",
    "number 'a", 'name u8', 'name u8', 'name println!', String.raw`string "a \" // {}"`, "string 'x'", 'keyword let',
    'string r#"a "b" // c"#', String.raw`string b'\n'`, String.raw`string b"\'"`, 'number 0x1f', 'number 0', 'number 10',
    "comment /* of 'a'\n */",
  ]);
  assert.deepEqual(await tokens('python', `"""A "text" # of
two lines"""
with open('it', "r+b") as file:  # a 'file'
    print(b'#', None, 12)
`), ['string """A "text" # of\ntwo lines"""', 'keyword with', 'name open', "string 'it'", 'string "r+b"', 'keyword as',
    "comment # a 'file'", 'name print', "string b'#'", 'number None', 'number 12']);
  assert.deepEqual(await tokens('toml', '[part]\nname = { version = "0.9#1", on = true } # why'),
    ['keyword [part]', 'name name', 'name version', 'string "0.9#1"', 'name on', 'number true', 'comment # why']);
  assert.deepEqual(await tokens('sh', '# a "note"\nif [ "$it" = x#y ]; then exit 1; fi'),
    ['comment # a "note"', 'keyword if', 'string "$it"', 'keyword then', 'keyword exit', 'keyword fi']);
});

test('the theme is the system’s until one is chosen, and stays chosen', { skip: FIREFOX && 'it cannot be told which colors to prefer' }, async () => {
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

test('the page is not painted before what moves its text has run', { skip: FIREFOX && 'it does not wait: it has a test of its own' }, async () => {
  const tab = await open('copy_mode.html');
  await tab.route('**/layout-*.js', async (route) => {
    await tab.waitForTimeout(500);
    await route.continue();
  });
  await tab.reload();
  const [script, paint] = await tab.evaluate(async () => {
    const [{ startTime }] = await new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntriesByName('first-paint')))
        .observe({ type: 'paint', buffered: true });
    });
    const script = performance.getEntriesByType('resource').find(({ name }) => name.includes('/layout-'));
    return [script.responseEnd, startTime];
  });
  assert.ok(script > 500, `the script came after ${script} ms`);
  assert.ok(paint > script, `expected the first paint after the script, found it ${script - paint} ms before`);
});

test('a page is painted while it comes, and no part that is painted moves or changes', async () => {
  // The server sends the title, and then each piece once the last one is painted; a piece ends anywhere.
  let arrived;
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url, site));
    const type = answer.headers.get('content-type');
    response.writeHead(answer.status, { 'content-type': type });
    if (!type.startsWith('text/html')) return response.end(await answer.text());
    // Small ones, as long as they are in sight.
    const [, title, first, rest] = (await answer.text()).match(/([^]*?<\/h1>)([^]{4000})([^]*)/);
    for (const piece of [title, ...first.match(/[^]{200}/g), ...rest.match(/[^]{1,9000}/g)]) {
      response.write(piece);
      await arrived();
    }
    response.end();
  }).listen(0, '127.0.0.1').unref();
  // In a frame, between its layout and its paint: what is in sight is as it was.
  const look = () => new Promise((resolve) => requestAnimationFrame(() => new ResizeObserver((_, observer) => {
    observer.disconnect();
    const seen = window.parts ??= new Map();
    const problems = [];
    for (const part of document.querySelectorAll('main > :not(.listing), .listing > *, .side a')) {
      const { top, left, width } = part.getBoundingClientRect();
      if (top >= innerHeight || !part.checkVisibility({ visibilityProperty: true })) continue;
      const now = `at ${left}, ${top}, ${width} wide, with ${part.querySelectorAll('wbr, .comment, td[role]').length} parts${part.open ? ', open' : ''}`;
      if ((seen.get(part) ?? now) !== now) problems.push(`was ${seen.get(part)}, is ${now}: ${part.textContent.slice(0, 60)}`);
      seen.set(part, now);
      const pale = [...part.querySelectorAll(':is(.language-rust, .language-toml):not([data-colored])')];
      if (pale.some((code) => code.checkVisibility() && code.getBoundingClientRect().top < innerHeight)) problems.push(`without colors: ${part.textContent.slice(0, 60)}`);
    }
    resolve(problems);
  }).observe(document.documentElement)));
  // Where the contents are beside the text, Chromium waits for all of it.
  for (const [width, waits] of [[390, false], [1350, !FIREFOX], [1920, !FIREFOX]]) {
    for (const page of ['index.html', 'copy_mode.html', 'what_a_map_costs.html', 'memmap2_every_function.html']) {
      const tab = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
      await tab.addInitScript(observe);
      const problems = new Set();
      let [length, early] = [0, false];
      arrived = async () => {
        const come = () => tab.evaluate(() => document.querySelector('main')?.innerHTML.length ?? 0);
        await until(async () => (await come()) > length || tab.evaluate(() => document.querySelector('footer')));
        length = await come();
        if (waits) return;
        (await tab.evaluate(look)).forEach((problem) => problems.add(problem));
        early ||= await tab.evaluate(() => document.readyState === 'loading' && performance.getEntriesByName('first-contentful-paint').length > 0);
      };
      await tab.goto(`http://127.0.0.1:${server.address().port}${new URL(site).pathname}${page}`);
      (await tab.evaluate(look)).forEach((problem) => problems.add(problem));
      assert.deepEqual([...problems], [], `${page}, ${width} px`);
      // Firefox tells of its paints only later.
      assert.ok(FIREFOX || waits || early, `${page}, ${width} px: painted only once it was whole`);
      const { shift } = await tab.evaluate(() => window.seen);
      assert.ok(shift < 0.001, `${page}, ${width} px: a shift of ${shift}`);
      await tab.context().close();
    }
  }
});

test('a browser that paints before the script has run paints the chosen theme', async () => {
  const tab = await open('reading.html', { ...DESKTOP, colorScheme: 'light' });
  await tab.getByRole('button', { name: 'Theme: auto' }).click();
  await tab.getByRole('button', { name: 'Theme: light' }).click();
  const paper = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await tab.route(/\/(?:book|layout)-\w+\.js/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await tab.reload();
  assert.equal(await tab.locator('.copy').count(), 0, 'expected no script');
  assert.equal(await paper(), dark);
});

test('the twin opens below the output, and level with the program where there is room beside it', async () => {
  for (const [width, beside] of [[390, false], [1350, false], [1680, false], [1856, true], [1920, true]]) {
    for (const javaScriptEnabled of FIREFOX ? [true] : [true, false]) {
      const tab = await open('copy_mode.html', { viewport: { width, height: 900 }, javaScriptEnabled });
      await tab.locator('details:not(.needs, .proof) > summary').click();
      const twin = await tab.locator('.language-python').first().boundingBox();
      const program = await tab.locator('.language-rust').first().boundingBox();
      const output = await tab.locator('.language-console').boundingBox();
      assert.equal(twin.x >= program.x + program.width, beside, `${width} px: beside`);
      assert.equal(twin.y >= output.y + output.height, !beside, `${width} px: below`);
      assert.ok(twin.x + twin.width <= width, `${width} px: in sight`);
      if (beside && javaScriptEnabled) assert.ok(Math.abs(twin.y - program.y) <= 2, `${width} px: its top is at ${twin.y}, that of the program at ${program.y}`);
      await tab.context().close();
    }
  }
});

test('a twin longer than its program covers nothing, and moves nothing above', async () => {
  for (const width of [390, 1350, 1920]) {
    const tab = await open('reading.html', { viewport: { width, height: 900 } });
    await tab.locator('.twin .language-python').first().evaluate((code) => code.append('more\n'.repeat(60)));
    const boxes = () => tab.evaluate(() => {
      const twin = document.querySelector('.twin');
      const box = (element) => element.getBoundingClientRect();
      const { bottom } = box(twin.querySelector('code'));
      const column = [...twin.parentElement.querySelectorAll(':scope > pre'), twin.querySelector('summary')];
      const { top } = box(document.querySelector('h1'));
      return { bottom, next: box(twin.parentElement.nextElementSibling).top, column: column.map((element) => Math.round(box(element).top - top)) };
    });
    const closed = await boxes();
    await tab.locator('.twin > summary').first().click();
    const opened = await boxes();
    assert.ok(opened.bottom <= opened.next, `${width} px: the twin ends at ${opened.bottom}, what follows begins at ${opened.next}`);
    assert.deepEqual(opened.column, closed.column, `${width} px`);
  }
});

test('twins are open or closed on all pages, as one of them was left', async () => {
  const tab = await open('see_also.html');
  // What moves after the first paint, where the browser tells.
  await tab.addInitScript(() => {
    window.shift = 0;
    if (PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
      new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { window.shift += value; })).observe({ type: 'layout-shift', buffered: true });
    }
  });
  const twins = () => tab.locator('summary', { hasText: 'The same in Python' }).evaluateAll((summaries) => summaries.map(({ parentElement: { open } }) => open));
  for (const [width, height] of [[390, 844], [1350, 940], [1920, 1000]]) {
    await tab.setViewportSize({ width, height });
    for (const expected of [true, false]) {
      await tab.goto(`${site}reading.html`);
      const last = tab.getByText('The same in Python').last();
      await last.evaluate((summary) => summary.scrollIntoView({ block: 'center' }));
      const before = await last.boundingBox();
      await last.press('Enter');
      await painted(tab);
      const after = await last.boundingBox();
      assert.ok(Math.abs(after.y - before.y) <= 2, `${width} px, ${expected ? 'opened' : 'closed'}: it moved by ${after.y - before.y} px`);
      assert.match(await focused(tab), /^<summary/);
      for (const page of ['reading.html', 'lines.html', 'copy_mode.html']) {
        await tab.goto(site + page);
        const found = await twins();
        assert.ok(found.length, page);
        assert.deepEqual(found, found.map(() => expected), `${page}, ${width} px`);
        const shift = await tab.evaluate(() => window.shift);
        assert.ok(shift < 0.001, `${page}, ${width} px: a shift of ${shift}`);
      }
    }
  }
  const other = await open('copy_mode.html');
  await other.evaluate(() => { document.querySelector('main').append(Object.assign(document.createElement('details'), { id: 'other', innerHTML: '<summary>Other</summary>' })); });
  await other.locator('#other summary').click();
  assert.equal(await other.locator('.twin[open]').count(), 0, 'another fold is no twin');
  await other.locator('.twin summary').click();
  await other.locator('.twin summary').click();
  assert.equal(await other.locator('#other[open]').count(), 1);
});

test('without script each page reads, with contents, previous and next, and no dead control', { skip: FIREFOX && 'its script cannot be turned off' }, async () => {
  for (const device of [DESKTOP, PHONE]) {
    await each(visited, { ...device, javaScriptEnabled: false }, async (page, tab) => {
      assert.ok(await tab.locator('h1').isVisible(), `${page}: <h1>`);
      assert.deepEqual(await tab.locator('button:visible').allTextContents(), device === PHONE ? ['Contents'] : [], page);
      if (device === PHONE) await tap(tab.getByRole('button', { name: 'Contents' }));
      assert.equal(await tab.locator('#contents a:visible').count(), pages.length - 2, `${page}: the contents`);
      if (device === PHONE) await tab.keyboard.press('Escape');
      const turn = await tab.locator('.turn a:visible').count();
      assert.ok(turn >= (page === '404.html' ? 0 : 1), `${page}: expected previous or next, found ${turn}`);
      for (const summary of await tab.locator('details:not(.fold, .proof) > summary').all()) await summary.press('Enter');
      for (const [fold, language] of [['details:not(.needs, .fold, .proof)', 'python'], ['details.needs', 'toml']]) {
        const shown = await tab.locator(`${fold} > pre > .language-${language}:visible`).count();
        assert.equal(shown, await tab.locator(fold).count(), `${page}: ${fold}`);
      }
    });
  }
});

test('from file:// everything works, search and copy too', async () => {
  const tab = await open(pathToFileURL(`${folder}/copy_mode.html`).href);
  await tab.locator('[data-colored]').first().waitFor();
  const source = readFileSync(join(book, 'examples/mmap_write_copy.rs'), 'utf8');
  assert.equal(await copied(tab.locator('.language-rust').first()), source.trimEnd());
  const program = await saved(tab.getByRole('button', { name: 'Download mmap_write_copy.rs' }));
  assert.deepEqual(program, { name: 'mmap_write_copy.rs', text: source });
  await tab.keyboard.press('/');
  await tab.keyboard.type('captures_iter');
  await tab.locator('#find li').first().waitFor();
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/regular_expressions\.html/);
});

test('a page without a clipboard copies all the same', async () => {
  const tab = await open('copy_mode.html');
  await tab.evaluate(() => {
    const { clipboard } = navigator;
    const write = clipboard.writeText.bind(clipboard);
    clipboard.writeText = (text) => { if (text !== 'nothing') throw new Error('as on http'); return write(text); };
  });
  const program = tab.locator('.language-rust').first();
  assert.equal(await copied(program), await program.textContent());
});

const styled = (tab) => tab.evaluate(() => document.querySelector('.side').getBoundingClientRect().width < 300);

test('what is not there is styled under the path that the site is built for', async () => {
  for (const path of ['/', '/a/fork/']) {
    const elsewhere = await serve(build({ MDBOOK_OUTPUT__HTML__SITE_URL: path }));
    assert.ok(elsewhere.endsWith(path));
    const tab = await (await browser.newContext(DESKTOP)).newPage();
    await tab.goto(`${elsewhere}no/such/page`);
    assert.ok(await styled(tab), path);
  }
});

test('the foot of a page leads to its source, where book.toml says where that is', async () => {
  const tab = await open('copy_mode.html');
  assert.ok(await tab.locator('footer', { hasText: 'MIT or Apache-2.0' }).isVisible());
  const links = (tab) => tab.locator('footer a').evaluateAll((links) => links.map(({ href }) => href));
  assert.deepEqual(await links(tab), [`${site}print.html`], 'no address is set');
  const address = 'https://example.org/book';
  const elsewhere = await serve(build({ MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL: address }));
  for (const [page, file] of [['copy_mode.html', 'copy_mode.md'], ['index.html', 'memory_map_files.md']]) {
    await tab.goto(elsewhere + page);
    assert.deepEqual(await links(tab), [`${address}/edit/main/book/${file}`, `${address}/issues/new?title=${page.replace('html', 'md')}`, address, `${elsewhere}print.html`]);
  }
});

test('the text starts at the top, and below it are the ways on and the foot', async () => {
  for (const [device, beside] of [[PHONE, false], [DESKTOP, true], [{ viewport: { width: 1100, height: 800 } }, true]]) {
    const tab = await open('copy_mode.html', device);
    const box = (selector) => tab.locator(selector).boundingBox();
    const [side, main, turn, foot] = [await box('.side'), await box('main'), await box('.turn'), await box('footer')];
    assert.equal(main.y, beside ? 0 : side.height, 'the top of the text');
    assert.deepEqual([turn.x, foot.x], [main.x, main.x], 'all in one column');
    // Within the space below the text is the way to the top.
    assert.ok(turn.y > main.y + main.height - 40 && foot.y > turn.y + turn.height - 1, `one below the other: ${JSON.stringify({ main, turn, foot })}`);
  }
});

test('an address that is not there shows the book under its path', async () => {
  for (const address of ['no_such_page.html', 'no/such/reading.html', 'no/such/folder/']) {
    const context = await browser.newContext(DESKTOP);
    const tab = await context.newPage();
    const response = await tab.goto(site + address);
    assert.equal(response.status(), 404);
    assert.ok(await styled(tab), address);
    assert.ok(await tab.getByRole('heading', { name: 'Page not found' }).isVisible());
    assert.equal(await tab.locator('[rel=canonical], [aria-current]').count(), 0, `${address}: is no page of the book`);
    await tab.getByRole('heading', { name: 'Page not found' }).click();
    assert.equal(tab.url(), site + address, 'the heading leads nowhere else');
    await tab.keyboard.press('/');
    await tab.keyboard.type('captures_iter');
    await tab.locator('#find li').first().waitFor();
    await tab.keyboard.press('Escape');
    await tab.locator('#contents').getByRole('link', { name: 'Read a file through a map' }).click();
    await tab.waitForURL(`${site}reading.html`);

    await tab.goto(site + address);
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    await tab.locator('main:focus', { hasText: 'Page not found' }).waitFor();
  }
});

test('a server that leaves .html out serves the same book', { skip: FIREFOX && 'nothing can be answered in place of the server' }, async () => {
  const tab = await open('copy_mode.html');
  await tab.route(`${site}copy_mode`, async (route) => route.fulfill({ response: await route.fetch({ url: `${site}copy_mode.html` }) }));
  await tab.goto(`${site}copy_mode`);
  assert.equal(await tab.locator('[rel=canonical]').getAttribute('href'), `${site}copy_mode.html`);
  assert.equal(await tab.locator('[aria-current]').textContent(), 'Change a map but not the file (copy-on-write)');
});

test('an edit shows in the page that mdbook serve shows', { timeout: PATIENCE }, async (test) => {
  const source = write({ page: '# Before' });
  const port = await freePort();
  const server = spawn('mdbook', ['serve', '--hostname', '127.0.0.1', '--port', port, source], { stdio: 'ignore' });
  test.after(() => server.kill());

  const tab = await (await browser.newContext(DESKTOP)).newPage();
  while (!await tab.goto(`http://127.0.0.1:${port}/`).catch(() => null)) await tab.waitForTimeout(100);
  await tab.getByRole('heading', { name: 'Before' }).waitFor();
  // Again and again, as mdbook serves a page before it watches the book.
  const edits = setInterval(() => writeFileSync(join(source, 'pages/page.md'), '# After'), 500);
  test.after(() => clearInterval(edits));
  await tab.getByRole('heading', { name: 'After' }).waitFor();
});

/** The text of each page that a print has. */
async function print(tab) {
  const pdf = await getDocument({ data: new Uint8Array(await tab.pdf()), verbosity: 0 }).promise;
  const texts = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    texts.push(items.map(({ str, hasEOL }) => str + (hasEOL ? '\n' : '')).join(''));
  }
  return texts;
}

test('on paper a chart is on one page', { skip: FIREFOX && 'it prints nothing that can be read here', timeout: 2 * PATIENCE }, async () => {
  const bare = (text) => text.replace(/\s+/g, '');
  for (const page of ['searching.html', 'print.html']) { // the largest, and the whole book
    const tab = await open(page);
    const papers = (await print(tab)).map(bare);
    const charts = await tab.locator('main > svg').evaluateAll((charts) => charts.map((chart) => [...chart.querySelectorAll('text')].map(({ textContent }) => textContent).join('')));
    assert.ok(charts.length > 1);
    for (const chart of charts.map(bare)) assert.ok(papers.some((paper) => paper.includes(chart)), `${page}: broken: ${chart}`);
    for (const title of await tab.locator('h1').allTextContents()) assert.ok(papers.some((paper) => paper.startsWith(bare(title))), `${page}: expected at the top of a paper: ${title}`);
  }
});

test('one page has the whole book to print, and its marks and links lead to it', async () => {
  const tab = await open('copy_mode.html');
  await tab.getByRole('link', { name: 'Print the whole book' }).click();
  await tab.waitForURL(`${site}print.html`);
  const { ids, dead, titles } = await tab.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const links = [...document.querySelectorAll('main a[href]')].map((link) => link.getAttribute('href')).filter((link) => !/^https?:/.test(link));
    return { ids, dead: links.filter((link) => !ids.includes(link.slice(1))), titles: document.querySelectorAll('main h1').length };
  });
  assert.deepEqual([ids.filter((id, nth) => ids.indexOf(id) !== nth), dead], [[], []], 'ids that are there twice, and links that lead nowhere');
  assert.equal(titles, pages.length - 2, 'each page once'); // without the other name of the first, and what is not there
  assert.equal(await tab.locator('meta[name=robots]').getAttribute('content'), 'noindex');
  for (const mark of [tab.locator('.mark').first(), tab.locator('.mark[id$="-1-1"], .mark[id$="-2"]').last()]) {
    const id = await mark.getAttribute('id');
    await mark.press('Enter');
    await tab.locator('.proof[open] > .back:focus').press('Enter');
    await tab.waitForURL(`${site}print.html#${id}`);
  }
});

test('on paper there are the text, the twins and the addresses, and nothing to press', { skip: FIREFOX && 'it prints nothing that can be read here' }, async () => {
  const text = (await print(await open('copy_mode.html'))).join('');
  for (const expected of ['copy-on-write', 'Needs memchr, memmap2 and lorem.txt', 'map_copy(&file)', 'reutetcesnoc', 'mmap.ACCESS_COPY', '(https://man7.org/']) {
    assert.ok(text.includes(expected), `expected on paper: ${expected}`);
  }
  for (const control of ['Search', 'Theme', 'Download', 'memmap2 =', 'Contents', 'Copy the', 'Previous', 'Skip', 'The same in Python', '127.0.0.1', '?from=']) {
    assert.ok(!text.includes(control), `expected not on paper: ${control}`);
  }
});

test('on paper each page is whole, and dark on light', { skip: FIREFOX && 'it cannot be told which colors to prefer' }, async () => {
  await each(visited, { viewport: { width: 680, height: 900 }, colorScheme: 'dark' }, async (page, tab) => {
    await tab.emulateMedia({ media: 'screen' });
    const button = tab.getByRole('button', { name: /^Theme/ });
    // It stays chosen from page to page.
    while (await button.textContent() !== 'Theme: dark') await button.click();
    await tab.emulateMedia({ media: 'print' });
    assert.equal(await tab.locator('button:visible, summary:not(:is(.needs, .proof, .fold) > summary):visible, nav:visible, dialog:visible').count(), 0, `${page}: controls`);
    const problems = await tab.evaluate(() => {
      const hidden = [...document.querySelectorAll('main > *')].filter((element) => !element.checkVisibility());
      const cut = [...document.querySelectorAll('pre > code, .table-wrapper, table')].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
      const [red] = getComputedStyle(document.body).color.match(/\d+/g);
      const unruled = [...document.querySelectorAll('th, td')].filter((cell) => {
        const { position, backgroundColor, borderBottomWidth } = getComputedStyle(cell);
        return position !== 'static' || backgroundColor !== 'rgba(0, 0, 0, 0)' || borderBottomWidth === '0px';
      });
      return [
        ...unruled.map(({ textContent }) => `the rule of a row is covered: ${textContent.slice(0, 80)}`),
        ...hidden.map(({ outerHTML }) => `not on paper: ${outerHTML.slice(0, 80)}`),
        ...cut.map(({ textContent }) => `cut off: ${textContent.slice(0, 80)}`),
        ...(red > 100 ? ['the text is pale'] : []),
      ];
    });
    assert.deepEqual(problems, [], page);
  });
  const tab = await open('copy_mode.html', { colorScheme: 'dark', javaScriptEnabled: false });
  await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const [red] = await tab.evaluate(() => getComputedStyle(document.body).color.match(/\d+/g));
  assert.ok(red < 100, 'without script');
});
