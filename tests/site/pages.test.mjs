// What each page weighs, how fast it is there, and whether everybody can read it: at both
// widths, in both themes, under the strict policy that the server of site.mjs sends.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { DESKTOP, launch, pages, PHONE, serve } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = await serve();
const browser = await launch();
after(() => browser.close());

/** A slow 4G connection and a processor at a fourth of its speed, as Lighthouse has them. */
async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const kilobits = 1024 / 8;
  await session.send('Network.emulateNetworkConditions', {
    offline: false, latency: 150, downloadThroughput: 1600 * kilobits, uploadThroughput: 750 * kilobits,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const requests = new Map();
  session.on('Network.responseReceived', ({ requestId, response, type }) => requests.set(requestId, { url: response.url, type }));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => Object.assign(requests.get(requestId) ?? {}, { bytes: encodedDataLength }));
  return { requests, stop: () => session.send('Emulation.setCPUThrottlingRate', { rate: 1 }) };
}

/** Runs in the page before anything of it: keeps what the browser observes. */
function observe() {
  window.seen = { paint: 0, shift: 0, violations: [] };
  const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => { window.seen.paint = startTime; });
  watch('layout-shift', ({ value }) => { window.seen.shift += value; });
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    window.seen.violations.push(`${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`));
}

/** Runs in the page: what is wrong with the look of it, a line each. */
function look(desktop) {
  const problems = [];
  const name = (element) => `<${element.localName}${element.className && ` class="${element.className}"`}> "${element.textContent.trim().slice(0, 30)}"`;
  if (document.documentElement.scrollWidth > innerWidth) {
    const widest = [...document.querySelectorAll('main *')].find((element) => element.getBoundingClientRect().right > innerWidth && !element.closest('pre, .table-wrapper'));
    problems.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} px wide, expected ${innerWidth}; see ${widest && name(widest)}`);
  }

  // axe does not look at what the stylesheet writes.
  const rgb = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = rgb(color).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return rgb(color)[3] === 0 ? background(element.parentElement) : color;
  };
  const written = ['pre::before', '.language-console::first-line', '.footnote-reference a::before', '.footnote-definition::before'];
  for (const [selector, pseudo] of written.map((rule) => rule.split('::'))) {
    for (const element of document.querySelectorAll(selector)) {
      const [dark, light] = [luminance(getComputedStyle(element, `::${pseudo}`).color), luminance(background(element))].sort((a, b) => a - b);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) problems.push(`${selector}::${pseudo} of ${name(element)} has a contrast of ${contrast.toFixed(2)}, expected 4.5`);
    }
  }
  if (!desktop) return problems;

  for (const code of document.querySelectorAll('main > pre > code')) {
    const columns = Math.max(...code.textContent.split('\n').map((line) => line.length));
    if (columns <= 80 && code.scrollWidth > code.clientWidth) problems.push(`a line of ${columns} columns scrolls, expected not up to 80: ${name(code)}`);
  }
  for (const text of document.querySelectorAll('main > p')) {
    const lines = Math.round(text.clientHeight / parseFloat(getComputedStyle(text).lineHeight));
    const measure = text.textContent.length / lines;
    if (lines > 4 && (measure > 80 || measure < 60)) problems.push(`${measure.toFixed()} characters a line, expected about 70: ${name(text)}`);
  }
  return problems;
}

for (const page of pages) {
  for (const [width, device] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    for (const theme of ['light', 'dark']) {
      test(`${page}, ${width}, ${theme}`, async () => {
        const problems = [];
        const bar = (what, found, most) => found > most && problems.push(`${what}: found ${found}, the bar is ${most}`);
        const context = await browser.newContext({ ...device, colorScheme: theme });
        const tab = await context.newPage();
        const { requests, stop } = await slow(tab);
        tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(`console: ${message.text()}`));
        tab.on('pageerror', (error) => problems.push(`script: ${error.stack}`));
        await tab.addInitScript(observe);

        await tab.goto(site + page);
        const programs = await tab.locator('code:is(.language-rust, .language-python, .language-toml)').count();
        if (programs) await tab.waitForFunction(() => window.hljs);
        await stop();
        // All of it comes into sight, so that all of it has its colors, and whatever moves has moved.
        const seen = await tab.evaluate(async () => {
          for (const twin of document.querySelectorAll('details')) twin.open = true;
          for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
            scrollTo(0, y);
            await new Promise((resolve) => setTimeout(resolve, 40));
          }
          return window.seen;
        });
        assert.ok(seen.paint > 0, 'the paint was measured');

        const all = [...requests.values()];
        const bytes = (wanted) => all.filter(wanted).reduce((sum, request) => sum + request.bytes, 0) / 1024;
        const highlight = ({ url }) => url.includes('/highlight');
        bar('requests', all.length, 12);
        bar('requests to other hosts', all.filter(({ url }) => !url.startsWith(site)).length, 0);
        bar('fonts', all.filter(({ type }) => type === 'Font').length, 0);
        bar('KiB without highlighting', bytes((request) => !highlight(request)), 60);
        bar('KiB', bytes(() => true), 110);
        bar('largest paint in ms', seen.paint, 900);
        bar('layout shift', seen.shift, 0.01);
        problems.push(...seen.violations.map((violation) => `policy: ${violation}`));

        problems.push(...await tab.evaluate(look, width === 'desktop'));
        await tab.evaluate(axe);
        const { violations, passes } = await tab.evaluate(() => window.axe.run());
        assert.ok(passes.some(({ id }) => id === 'color-contrast'), 'axe looked at the colors');
        for (const { id, help, nodes } of violations) {
          problems.push(...nodes.slice(0, 3).map(({ target, html }) => `axe ${id}, ${help}: ${target} ${html.slice(0, 160)}`));
        }

        const head = await tab.evaluate(() => ({
          title: document.title,
          canonical: document.querySelector('[rel=canonical]')?.href,
          ...Object.fromEntries([...document.querySelectorAll('meta')].map((meta) => [meta.name || meta.getAttribute('property'), meta.content])),
          icon: document.querySelector('[rel=icon]')?.href,
        }));
        const first = ['index.html', 'memory_map_files.html'].includes(page);
        const expected = page === '404.html' ? undefined : site + (first ? '' : page);
        if (head.canonical !== expected) problems.push(`canonical address: found ${head.canonical}, expected ${expected}`);
        for (const name of ['title', 'description', 'viewport', 'og:title', 'og:description', 'theme-color', 'icon']) {
          if (!head[name]) problems.push(`<head> has no ${name}`);
        }
        await context.close();
        assert.deepEqual(problems, [], `${page}, ${width}, ${theme}`);
      });
    }
  }
}
