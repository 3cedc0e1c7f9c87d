// Draws the picture of README, light and dark: the program of the first page.

import { fileURLToPath } from 'node:url';
import { launch, serve } from './site.mjs';

const site = await serve();
const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const tab = await browser.newPage({ colorScheme, viewport: { width: 1100, height: 660 } });
  await tab.goto(`${site}index.html`, { waitUntil: 'networkidle' });
  await tab.locator('pre').first().evaluate((block) => scrollTo(0, block.getBoundingClientRect().top - 90));
  await tab.screenshot({ path: fileURLToPath(new URL(`picture-${colorScheme}.png`, import.meta.url)) });
}
await browser.close();
