// What a page can do beyond being read.

/** Runs another script of the site; by its tag, as `fetch` does nothing on `file://`. */
const load = (name) => new Promise((resolve, reject) => {
  const src = new URL(name, site);
  document.head.append(make('script', { src, onload: resolve, onerror: reject }));
});

// The theme: the system's, until the reader chooses one.

const themes = ['auto', 'light', 'dark'];
const setTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  $('#theme').textContent = `Theme: ${theme}`;
  for (const color of $$('meta[name="theme-color"]')) {
    color.dataset.system ??= color.media;
    const chosen = color.dataset.system.includes(theme) ? 'all' : 'not all';
    color.media = theme === 'auto' ? color.dataset.system : chosen;
  }
};
const { theme } = document.documentElement.dataset; // by chosen_theme.js
setTheme(themes.includes(theme) ? theme : 'auto');
const remember = (name) => {
  // Where nothing may be stored, the choice lasts as long as the page.
  try { localStorage.setItem(name, document.documentElement.dataset[name]); } catch {}
};
$('#theme').onclick = () => {
  const { theme } = document.documentElement.dataset;
  setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);
  remember('theme');
};

// On the 404 page, whose <base> is the first page, a fragment would lead there.
if ($('base')) for (const heading of $$('a.header')) heading.removeAttribute('href');

const contents = $('#contents');
contents.onclick = ({ target }) => {
  if (target.closest('a')) contents.hidePopover();
};
// A screen that is turned may have room for the sidebar.
matchMedia('(min-width: 64rem)').onchange = () => contents.hidePopover();

// A button that copies a block. What a program printed has none: its command runs in this book alone.

const COPIED = { rust: 'program', python: 'program', shell: 'command', toml: 'lines' };

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from another host has no clipboard without https; this old way it has.
    const area = make('textarea', { value: text });
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
};

const offerCopy = (code) => {
  const [, language] = code.className.match(/language-(\w+)/) ?? [];
  if (language === 'console') return;
  const what = COPIED[language] ?? 'text';
  const label = make('span', { textContent: 'Copy' });
  const button = make('button', { className: 'copy', type: 'button' }, label,
    make('span', { className: 'visually-hidden', textContent: ` the ${what}` }));
  button.onclick = async () => {
    $('#said').textContent = ''; // so that the same words are said again
    const copied = await copy(code.textContent);
    button.focus();
    label.textContent = copied ? 'Copied' : 'Cannot copy';
    $('#said').textContent = button.textContent;
    setTimeout(() => { label.textContent = 'Copy'; }, 2000);
  };
  code.after(button);
};
// Of a page with hundreds of blocks, those far down have theirs once it is painted.
blocks.slice(0, 40).forEach(offerCopy);
addEventListener('load', () => setTimeout(() => blocks.slice(40).forEach(offerCopy), 100));

// A button that saves a whole file. The command below a program says what that is called, and its
// twin is called the same; another file has its name from the page.

const offer = (code, name) => {
  const button = make('button', { className: 'save', type: 'button' }, 'Download',
    make('span', { className: 'visually-hidden', textContent: ` ${name}` }));
  button.onclick = () => {
    const text = code.textContent.replace(/\n?$/, '\n'); // which mdBook takes from a program
    make('a', { href: `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`, download: name }).click();
  };
  code.parentElement.append(button);
};

let program, example;
for (const code of blocks.filter((code) => !code.closest('.proof'))) {
  const name = [...code.classList].find((name) => name.includes('.'));
  if (code.className === 'language-rust') program = code;
  else if (code.className === 'language-python' && example) offer(code, `${example}.py`);
  else if (code.className === 'language-console') {
    [, example] = code.textContent.match(/(\w+)\n/);
    offer(program, `${example}.rs`);
  } else if (name) offer(code, name);
}

// Lines that are cut are wrapped by the button of one block in all, and stay so.

const nameWraps = () => {
  for (const button of $$('.wrap')) button.textContent = dataset.lines === 'wrapped' ? 'Unwrap' : 'Wrap';
};
const wrapButton = () => {
  const button = make('button', { className: 'wrap', type: 'button' });
  button.onclick = () => {
    const { top } = button.getBoundingClientRect();
    dataset.lines = dataset.lines === 'wrapped' ? 'whole' : 'wrapped';
    remember('lines');
    nameWraps();
    scrollBy(0, button.getBoundingClientRect().top - top);
  };
  return button;
};

/** Whether a block has more lines on the screen than in its text. */
const wraps = (code) => {
  if (dataset.lines !== 'wrapped') return false;
  const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(code);
  const height = code.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  return height > (code.textContent.split('\n').length - 0.5) * parseFloat(lineHeight);
};

// All twins, on all pages, are open or closed by one choice.

for (const twin of twins) {
  const summary = twin.firstElementChild;
  summary.onclick = (event) => {
    event.preventDefault();
    const { top } = summary.getBoundingClientRect();
    dataset.twins = twin.open ? 'closed' : 'open';
    remember('twins');
    twins.forEach(setTwin);
    scrollBy(0, summary.getBoundingClientRect().top - top);
  };
}

// What scrolls sideways is reached with Tab and scrolled with the arrows.

const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const { firstElementChild: table, clientWidth } = target;
    if (table?.matches('table:not(.numbers)')) {
      if (target.scrollWidth > clientWidth && !table.matches('.cards')) table.dataset.least = target.scrollWidth;
      table.className = narrow.matches || clientWidth < table.dataset.least ? 'cards' : '';
    }
    const scrolls = target.scrollWidth > target.clientWidth;
    target.tabIndex = scrolls ? 0 : -1;
    target.role = scrolls ? 'group' : null;
    target.ariaLabel = scrolls ? (target.matches('code') ? 'Code' : 'Table') : null;
    if (!target.matches('code')) continue;
    const cut = scrolls || wraps(target);
    const button = target.parentElement.querySelector('.wrap');
    if (button) button.hidden = !cut;
    else if (cut) target.parentElement.append(wrapButton());
  }
  nameWraps();
});
for (const element of $$('pre > code, .table-wrapper')) wide.observe(element);

// A mark leads right to its proof, which opens, and the proof leads back to the mark.

let followed;
for (const mark of marks) {
  const [to, name] = mark.getAttribute('href').split('#');
  mark.title = name.replaceAll('_', ' ');
  if (to) mark.href = `${to}?from=${encodeURIComponent(`${page}#${mark.id}`)}#${name}`;
  mark.onclick = (event) => {
    followed = mark;
    // The browser tells only of another address.
    if (to || mark.hash !== location.hash || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    arrive();
  };
}
const from = new URLSearchParams(location.search).get('from');
const arrive = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (marks.includes(target)) target.focus({ preventScroll: Boolean($(':target')) });
  $('.back')?.remove();
  if (!target?.matches('.proof')) return;
  target.open = true;
  target.scrollIntoView();
  const href = followed?.hash === location.hash ? `#${followed.id}` : from;
  const [, name] = /^(?:\w+\.html)?#from-(\w+?)(?:-\d+)*$/.exec(href) ?? [];
  if (name !== target.id) return;
  const back = make('a', { className: 'back', href, textContent: 'Back to the sentence' });
  target.firstElementChild.after(back);
  back.focus({ preventScroll: true });
};
arrive();
addEventListener('hashchange', arrive);
addEventListener('load', arrive); // once more, as a browser takes the focus away when it goes to the fragment

// The words that the reader searched for are marked where the search has led to: in the section,
// by the browser, so that the page stays as it was. The first of them tells most, and is in sight.

const section = document.getElementById(location.hash.slice(1));
const sought = new URLSearchParams(location.search).get('find')?.match(/[\p{L}\p{N}_]+/gu);
if (sought && window.Highlight && section?.matches('main *')) {
  const found = [];
  const walker = document.createTreeWalker($('main'), NodeFilter.SHOW_TEXT);
  walker.currentNode = section;
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentElement.closest('h1, h2, h3') && !section.contains(text)) break;
    for (const { 0: word, index } of text.data.matchAll(/[\p{L}\p{N}_]+/gu)) {
      const rank = sought.indexOf(word.toLowerCase());
      if (rank < 0) continue;
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      found.push({ range, rank });
    }
  }
  const highlight = new Highlight(...found.map(({ range }) => range));
  highlight.priority = 1; // above the colors of programs
  CSS.highlights.set('found', highlight);
  const [first] = found.filter(({ range }) => !section.contains(range.startContainer)).sort((a, b) => a.rank - b.rank);
  const show = () => {
    const { startContainer: { parentElement: around } } = first.range;
    const fold = around.closest('details');
    if (fold) fold.open = true;
    const { top, left } = first.range.getBoundingClientRect();
    if (top < 0 || top > innerHeight - 40) scrollBy(0, top - innerHeight / 3);
    const code = around.closest('pre > code, .table-wrapper');
    if (code && left > code.getBoundingClientRect().right - 40) code.scrollLeft = left - code.getBoundingClientRect().left - 40;
  };
  // Later, as the browser goes to the section first; and again, as long code has its height when it comes near.
  if (first) addEventListener('load', () => [0, 100, 300].forEach((wait) => setTimeout(show, wait)));
}

// Search: search.js knows how, and comes with mdBook's index when the first word is sought.

const search = $('#find');
const [query, status, results] = search.querySelectorAll('input, p, p + div');
let loading;

const showSearch = () => {
  search.showModal();
  query.select();
  if (loading) return;
  status.textContent = 'Loading …';
  window.search = {}; // which the index fills
  loading = load('{{ resource "searchindex.js" }}').then(() => load('{{ resource "theme/search.js" }}')).catch(() => {
    status.textContent = 'The index cannot be loaded.';
    loading = undefined;
  });
};

$('#show-search').onclick = showSearch;
search.querySelector('button').onclick = () => search.close();
search.onclick = ({ target }) => {
  if (target.closest('a')) search.close();
};
search.onkeydown = (event) => {
  if (event.key === 'Escape') search.close(); // at once, where a browser would empty the field first
  const links = [...results.querySelectorAll('a')];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    (links[links.indexOf(event.target) + step] ?? query).focus();
  } else if (event.key === 'Enter' && event.target === query) {
    event.preventDefault(); // which would press what has the focus once the search is closed
    links[0]?.click();
  }
};

// Keys: `/` and Ctrl+K search, `?` lists them all, the arrows turn the page where nothing else
// wants them.

const keys = $('#keys');
keys.querySelector('button').onclick = () => keys.close();

addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (search.open || keys.open || event.altKey) return;
  const control = event.ctrlKey || event.metaKey;
  if (control ? key.toLowerCase() === 'k' && !event.shiftKey : key === '/') {
    event.preventDefault();
    showSearch();
  }
  if (control) return;
  if (key === '?') keys.showModal();
  if (event.shiftKey || contents.matches(':popover-open') || target.closest('pre, .table-wrapper')) return;
  if (key === 'ArrowLeft') $('.turn [rel=prev]')?.click();
  if (key === 'ArrowRight') $('.turn [rel=next]')?.click();
});

// The way to the top is there further down; where the stylesheet cannot tell, the script does.

if (!CSS.supports('animation-timeline: scroll()')) {
  const showUp = () => { $('.up').hidden = scrollY < 1.5 * innerHeight; };
  showUp();
  addEventListener('scroll', showUp, { passive: true });
}

// `mdbook serve` says when the book has changed.

const { liveReload } = document.documentElement.dataset;
if (liveReload) {
  new WebSocket(`ws://${location.host}/${liveReload}`).onmessage = ({ data }) => {
    if (data === 'reload') location.reload();
  };
}
