// What moves the text. This script runs before the text is there, and lays out each part of it in
// the frame that paints that part first: no part is painted and then moves. On a narrow screen, none waits
// for the rest.

const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

const site = new URL('../book.js', document.currentScript.src).href;
// A server may leave `index.html` or `.html` out, and shows 404.html at any address.
const last = location.pathname.split('/').pop() || 'index';
const page = $('base') ? '404.html' : last.replace(/(\.html)?$/, '.html');
const { dataset } = document.documentElement;

const blocks = [];
// Of code, in the window.
const columns = [80, 70, 60, 50, 40].find((columns) => matchMedia(`(min-width: ${(columns + 7) * 8.5}px)`).matches) ?? 30;
const layBlock = (code) => {
  blocks.push(code);
  // How high and wide it is going to be, as far as its lines tell: it is laid out when it comes near.
  const lines = code.textContent.split('\n');
  code.parentElement.style.containIntrinsicBlockSize = `auto calc(${lines.length - 1} * 1.55 * 0.84rem + 3.9rem + 2px)`;
  if (lines.some(({ length }) => length > columns)) code.tabIndex = 0;
  const parts = columns < 80 && code.matches('.language-rust, .language-python') ? code.textContent.split(/^( *(?:\/\/|#(?![![])).*)/m) : [];
  if (parts.length > 1) code.replaceChildren(...parts.map((text, index) => {
    if (index % 2 === 0) return text;
    const comment = make('span', { className: 'comment', textContent: text });
    const [{ length }] = text.match(/^ *\W+ ?/);
    Object.assign(comment.style, { paddingLeft: `${length}ch`, textIndent: `-${length}ch` });
    return comment;
  }));
  window.colorInSight?.(code); // by highlight.js
};

// Where a table of words has no room, each row is a card, on which each cell says what it is. Numbers
// are compared: they stay in their columns, and scroll.

const narrow = matchMedia('(max-width: 40rem)');
const layTable = (table) => {
  const labels = [...table.querySelectorAll('th')].map(({ textContent }) => textContent);
  const rows = [...table.tBodies[0].rows];
  const numbers = labels.some((_, column) => column && rows.every(({ cells }) => /^(?:\d|$)/.test(cells[column].textContent)));
  table.className = numbers ? 'numbers' : narrow.matches ? 'cards' : '';
  for (const row of rows) [...row.cells].forEach((cell, index) => { cell.dataset.label = labels[index]; });
  // What is no longer laid out as a table still is one.
  table.role = 'table';
  for (const [role, selector] of [['rowgroup', 'thead, tbody'], ['row', 'tr'], ['columnheader', 'th'], ['cell', 'td']]) {
    for (const element of table.querySelectorAll(selector)) element.role = role;
  }
};

// A name breaks between its parts.

const layName = (code) => {
  if (code.textContent.length < 30 && !code.closest('td')) return;
  const parts = code.textContent.split(/(?<=::|[.(/])(?=\w)|(?<=\s)/).flatMap((part) => part.length > 14 ? part.split(/(?<=[^_]_)(?=\w)/) : part);
  code.replaceChildren(...parts.flatMap((textContent) => [make('wbr'), /[-[]/.test(textContent) ? make('span', { textContent }) : textContent]));
};

// No line ends between a sentence and its mark.

const marks = [];
const layMark = (mark) => {
  marks.push(mark);
  const blank = mark.previousSibling;
  if (blank?.nodeType === Node.TEXT_NODE) blank.data = blank.data.replace(/\s+$/, '\u00a0');
  else if (!blank && mark.parentElement.matches('td')) mark.classList.add('cell');
};

// The twin of a program stands with it in one box, so that it can stand beside it.

const twins = [];
const setTwin = (twin) => { twin.open = dataset.twins === 'open'; };
const layTwin = (twin) => {
  twins.push(twin);
  const box = make('div', { className: 'listing' });
  let first = twin;
  while (!first.matches(':has(> .language-rust)') && first.previousElementSibling?.matches('pre, details')) first = first.previousElementSibling;
  first.before(box);
  while (twin.parentElement !== box) box.append(box.nextElementSibling);
  twin.className = 'twin';
  setTwin(twin);
  return box;
};

// Where this page is in the book, and what is on it.

let current;
// The headings first, so that where not all is in sight the page itself is.
const show = () => {
  for (const element of [current.parentElement.nextElementSibling, current]) element?.scrollIntoView({ block: 'nearest' });
};
// Between the layout and the paint: asked earlier, the browser would lay out all twice.
const showInFrame = () => new ResizeObserver((_, observer) => {
  observer.disconnect();
  show();
}).observe($('#contents'));

const locate = () => {
  const contents = $('#contents');
  const [first] = contents.getElementsByTagName('a');
  current = page === 'index.html' ? first : contents.querySelector(`[href="${CSS.escape(page)}"]`);
  if (!current) return;
  // The first page has two addresses, and any page may be asked for with a query. Where the site
  // was built for an address, the page says it.
  const href = new URL(current === first ? '.' : page, site);
  if (!$('[rel=canonical]')) document.head.append(make('link', { rel: 'canonical', href }));
  current.ariaCurrent = 'page';
  contents.ontoggle = show;
  showInFrame();
};

const listHeadings = () => {
  const headings = $$('main :is(h2, h3) > a.header');
  if (!current || !headings.length) return;
  const list = () => make('ol', { className: 'headings' }, ...headings.map(({ hash, textContent }) =>
    make('li', {}, make('a', { href: hash, textContent }))));
  current.parentElement.after(list());
  const here = make('nav', { id: 'here', ariaLabel: 'On this page' }, make('p', { textContent: 'On this page' }), list());
  $('main').after(here);
  showInFrame();
  // The last heading in the upper third of the window is what is read.
  const links = here.querySelectorAll('a');
  const mark = () => {
    const read = headings.findLastIndex((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    if (links[read]?.ariaCurrent) return;
    here.querySelector('[aria-current]')?.removeAttribute('aria-current');
    if (read < 0) return;
    links[read].ariaCurrent = 'location';
    const { offsetTop, offsetHeight } = links[read];
    if (offsetTop < here.scrollTop || offsetTop + offsetHeight > here.scrollTop + here.clientHeight) here.scrollTop = offsetTop - here.clientHeight / 2;
  };
  let soon;
  addEventListener('scroll', () => { soon ??= requestAnimationFrame(() => { soon = undefined; mark(); }); }, { passive: true });
};

const KINDS = Object.entries({ 'pre > code': layBlock, '.table-wrapper > table': layTable, ':not(pre) > code': layName, 'a.mark': layMark });
const TWIN = 'pre:has(> .language-console) ~ details:has(> summary + pre > .language-python)';
let laid, done;
const layOut = () => {
  const main = $('main');
  if (!main) return requestAnimationFrame(layOut);
  if (done) return;
  done = main.nextElementSibling;
  const next = () => laid ? laid.nextElementSibling : main.firstElementChild;
  if (!laid) locate();
  for (let part = next(); part; part = next()) {
    // A part is whole once the next one has begun, and not seen before.
    part.style.visibility = done || part.nextElementSibling ? '' : 'hidden';
    if (part.style.visibility) break;
    for (const [selector, lay] of KINDS) part.querySelectorAll(selector).forEach(lay);
    laid = part.matches(TWIN) ? layTwin(part) : part;
  }
  if (done) listHeadings();
  else requestAnimationFrame(layOut);
};
requestAnimationFrame(layOut);
document.addEventListener('readystatechange', layOut); // before book.js, if no frame came after the end of the text
