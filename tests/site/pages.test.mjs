// What each page weighs, and whether everybody can read and find it: at both widths, in both
// themes, under the strict policy that the server of site.mjs sends.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { DESKTOP, launch, observe, pages, PHONE, serve, until } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = await serve();
const browser = await launch();
after(() => browser.close());

/** The blocks that have colors. */
const PROGRAMS = 'code:is(.language-rust, .language-python, .language-toml, .language-sh)';

/** The rules of axe that it leaves out unless asked, and that hold here. */
const RULES = Object.fromEntries(['target-size', 'label-content-name-mismatch', 'table-fake-caption', 'td-has-header']
  .map((rule) => [rule, { enabled: true }]));

/** Opens a page, and keeps what it asks for and what the browser says of it. */
async function visit(page, device) {
  const context = await browser.newContext({ ...device, colorScheme: 'light' });
  const tab = await context.newPage();
  const session = await context.newCDPSession(tab);
  const requests = new Map();
  const errors = [];
  session.on('Network.requestWillBeSent', ({ requestId, request, type }) => requests.set(requestId, { url: request.url, type }));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { requests.get(requestId).bytes = encodedDataLength; });
  await session.send('Network.enable');
  // Such as what is deprecated.
  session.on('Audits.issueAdded', ({ issue }) => errors.push(`issue: ${JSON.stringify(issue)}`));
  await session.send('Audits.enable');
  tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(`console: ${message.text()}`));
  tab.on('pageerror', (error) => errors.push(`script: ${error.stack}`));
  await tab.addInitScript(observe);
  await tab.goto(site + page);
  if (await tab.locator(PROGRAMS).count()) await until(() => tab.evaluate(() => typeof window.color === 'function'));
  await tab.waitForLoadState('networkidle');
  return { context, tab, requests, errors };
}

/** Runs in the page: what is wrong with the look of it, a line each. */
function look(desktop) {
  const problems = [];
  const name = (element) => `<${element.localName}${element.className && ` class="${element.className}"`}> "${element.textContent.trim().slice(0, 30)}"`;
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const widest = [...document.querySelectorAll('body *')].find((element) => element.getBoundingClientRect().right > clientWidth && !element.closest('pre, .table-wrapper'));
    problems.push(`the page scrolls sideways: ${scrollWidth} px wide, expected ${clientWidth}; see ${widest && name(widest)}`);
  }

  const titles = [...document.querySelectorAll('.fold > summary')].map(({ textContent }) => textContent);
  problems.push(...titles.filter((title, at) => titles.indexOf(title) < at).map((title) => `two folds are called "${title}"`));

  // A mark stands after a sentence, or is all that a cell of a table has.
  for (const mark of document.querySelectorAll('td > .mark')) {
    const alone = mark.parentElement.textContent === mark.textContent;
    const [own, cell] = [mark, mark.parentElement].map((element) => getComputedStyle(element).fontSize);
    if (alone !== (own === cell)) problems.push(`${name(mark.parentElement)}: its mark is of ${own}, the cell of ${cell}`);
  }

  // axe looks neither at what the stylesheet writes or colors, nor at figures, nor at what is scrolled away.
  const rgb = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = rgb(color).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return rgb(color)[3] === 0 ? background(element.parentElement) : color;
  };
  const tokens = ['comment', 'keyword', 'string', 'number', 'name'].map((name) => `[data-colored]::highlight(${name})`);
  const unseen = ['pre::before', '.language-console::first-line', 'main > svg', 'main > svg .accent', 'pre > code', ...tokens];
  for (const rule of unseen) {
    const [selector, pseudo] = rule.split('::');
    for (const element of document.querySelectorAll(selector)) {
      const { color } = getComputedStyle(element, pseudo && `::${pseudo}`);
      const [dark, light] = [luminance(color), luminance(background(element))].sort((a, b) => a - b);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) problems.push(`${rule} of ${name(element)} has a contrast of ${contrast.toFixed(2)}, expected 4.5`);
    }
  }
  for (const code of document.querySelectorAll('code:is(.language-rust, .language-python, .language-toml, .language-sh):not([data-colored])')) {
    problems.push(`a program without colors: ${name(code)}`);
  }
  for (const element of document.querySelectorAll('link, [src]')) {
    const { origin } = new URL(element.href ?? element.src);
    if (origin !== location.origin) problems.push(`found an address of ${origin}, expected none that is fetched from elsewhere: ${name(element)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  problems.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `the id ${id} is there twice`));
  // A mark is in the line of what it proves, by the script.
  for (const mark of document.querySelectorAll('.mark')) {
    const { top, width, height } = mark.getBoundingClientRect();
    const before = document.createRange();
    before.selectNodeContents(mark.parentElement);
    before.setEndBefore(mark);
    if ([...before.getClientRects()].at(-1)?.bottom < top) problems.push(`a mark starts a line, expected it behind its sentence: ${mark.id}`);
    if (!desktop && (width < 24 || height < 24)) problems.push(`a mark of ${width.toFixed()} by ${height.toFixed()} px, expected 24 by 24: ${mark.id}`);
  }
  if (!desktop) return problems;

  for (const code of document.querySelectorAll(':is(main, .listing) > pre > code')) {
    const columns = Math.max(...code.textContent.split('\n').map((line) => line.length));
    if (columns <= 80 && code.scrollWidth > code.clientWidth) problems.push(`a line of ${columns} columns scrolls, expected not up to 80: ${name(code)}`);
  }
  // How many characters of a page's prose fit into its column.
  const prose = { characters: 0, width: 0 };
  const paragraphs = [...document.querySelectorAll('main > p')];
  for (const paragraph of paragraphs) {
    for (const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT); walker.nextNode();) {
      const range = document.createRange();
      range.selectNode(walker.currentNode);
      prose.characters += walker.currentNode.length;
      prose.width += [...range.getClientRects()].reduce((sum, { width }) => sum + width, 0);
    }
  }
  const column = Math.max(...paragraphs.map(({ clientWidth }) => clientWidth));
  const measure = column * prose.characters / prose.width;
  if (measure < 65 || measure > 78) problems.push(`${measure.toFixed()} characters of text a line, expected about 70`);
  return problems;
}

/** Runs in the page: what a search engine, a preview or an old browser would miss in it. */
function missing({ address, robots }) {
  const meta = (name) => document.querySelector(`meta:is([name="${name}"], [property="${name}"])`)?.content;
  const every = (selector, right) => [...document.querySelectorAll(selector)].every(right);
  const has = {
    'a doctype of HTML': document.compatMode === 'CSS1Compat' && document.doctype?.name === 'html',
    'its encoding in the first line of its head': document.head.firstElementChild.matches('meta[charset="utf-8" i]'),
    'a language': document.documentElement.lang,
    'a title': document.title,
    'a viewport as wide as the screen': /\bwidth=device-width\b/.test(meta('viewport')),
    'an icon': document.querySelector('[rel=icon]')?.href,
    [`the address ${address}`]: document.querySelector('[rel=canonical]')?.href === address,
    [`robots ${robots}`]: meta('robots') === robots,
    'links that can be followed': every('a[href]', ({ protocol }) => /^https?:$/.test(protocol)),
    'links that say where they lead': every('a', ({ textContent }) => !/^(click |right |over )?(here|this|link|more|learn more)$/i.test(textContent.trim())),
    'pictures with words for them': every('img', ({ alt }) => alt),
    'pictures in their own shape': every('img', ({ width, height, naturalWidth, naturalHeight }) =>
      Math.abs(width / height - naturalWidth / naturalHeight) < 0.05),
  };
  for (const name of ['description', 'og:type', 'og:title', 'og:description', 'theme-color']) has[name] = meta(name);
  return Object.keys(has).filter((name) => !has[name]).map((name) => `expected ${name}, found none`);
}

for (const page of pages) {
  for (const [width, device] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    test(`${page}, ${width}`, async (test) => {
      const { context, tab, requests, errors } = await visit(page, device);
      const problems = errors;
      const bar = (what, found, most) => {
        test.diagnostic(`${what} ${Number(found.toFixed(3))}`);
        if (found > most) problems.push(`${what}: found ${found}, the bar is ${most}`);
      };
      // All of it comes into sight, so that all of it has its colors, and whatever moves has moved.
      const seen = await tab.evaluate(async () => {
        const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        // What moves when a reader opens a fold is no shift.
        for (const fold of document.querySelectorAll('details')) fold.open = true;
        const { shift } = window.seen;
        await frames();
        await frames();
        window.seen.shift = shift;
        for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
          scrollTo(0, y);
          await frames();
        }
        // At its start nothing of the page is under the bar that stays, which would cover half a target.
        scrollTo(0, 0);
        await frames();
        return window.seen;
      });

      const all = [...requests.values()];
      const bytes = (wanted) => all.filter(wanted).reduce((sum, request) => sum + request.bytes, 0) / 1024;
      problems.push(...all.filter(({ bytes }) => bytes === undefined).map(({ url }) => `${url} was asked for and not received`));
      bar('requests', all.length, 12);
      bar('requests to other hosts', all.filter(({ url }) => !url.startsWith(site)).length, 0);
      bar('fonts', all.filter(({ type }) => type === 'Font').length, 0);
      bar('KiB', bytes(() => true), 36);
      bar('layout shift', seen.shift, 0.01);
      problems.push(...seen.violations.map((violation) => `policy: ${violation}`));

      await tab.evaluate(axe);
      const papers = [];
      for (const colorScheme of ['light', 'dark']) {
        await tab.emulateMedia({ colorScheme });
        papers.push(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor));
        problems.push(...(await tab.evaluate(look, width === 'desktop')).map((problem) => `${colorScheme}: ${problem}`));
        // The other theme has other colors, and nothing else.
        const options = colorScheme === 'dark' ? { runOnly: ['color-contrast', 'link-in-text-block'] } : { rules: RULES };
        const { violations, passes } = await tab.evaluate((options) => window.axe.run({ ...options, resultTypes: ['violations'] }), options);
        assert.ok(passes.some(({ id }) => id === 'color-contrast'), 'axe looked at the colors');
        for (const { id, help, nodes } of violations) {
          problems.push(...nodes.slice(0, 3).map(({ target, html }) => `${colorScheme}: axe ${id}, ${help}: ${target} ${html.slice(0, 160)}`));
        }
      }
      assert.notEqual(...papers);

      const first = ['index.html', 'memory_map_files.html'].includes(page);
      const expected = page === '404.html' ? { robots: 'noindex' } : { address: site + (first ? '' : page) };
      problems.push(...await tab.evaluate(missing, expected));
      await context.close();
      assert.deepEqual(problems, [], `${page}, ${width}`);
    });
  }
}
