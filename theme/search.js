// Which sections of the book the words of a query mean, best first. mdBook's own ranking drops
// common words and splits at blanks, so that `map_copy` is not in `.map_copy(&file)`; but its
// data hold the text of each section, and that is quickly looked through. `cargo run` leaves
// little else of them, and of a program the names. Loaded with the first search.

/** Words that tell little of what is sought, but may still be sought. */
const SMALL = new Set(('a an and are as at be by can do does for from how i if in is it my not of on or should that ' +
  'the to use what when where which why with').split(' '));

const split = (text) => text.match(/[\p{L}\p{N}_]+/gu) ?? [];

/** What the forms of a word have in common: `mapped`, `mapping` and `maps` are `map`, and so is `mmap`. */
const stem = (word) => word.replace(/^mmap/, 'map').replace(/ies$/, 'y').replace(/(?<=...)(?:ing|ed|es|(?<!s)s|e)$/, '')
  .replace(/([^aeiou])\1$/, '$1');

/** The parts of `map_copy` and of `MmapMut`. */
const parts = (word) => word.split(/_|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u);

/** Whether one letter makes the difference: another, one more, one less, or two the wrong way round. */
const near = (a, b) => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [x, y] = [a.slice(at), b.slice(at)];
  return x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1) ||
    (x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2));
};

/** How well a word of the book is the one that was typed, from 1 to 0. */
const likeness = (typed, { word, stem: stemmed, parts }) => {
  if (word === typed.word) return 1;
  if (stemmed === typed.stem || word.replaceAll('_', '') === typed.word.replaceAll('_', '')) return 0.75;
  if (parts.includes(typed.stem)) return 0.6;
  if (typed.word.length < 3) return 0;
  return word.startsWith(typed.word) ? 0.4 : word.includes(typed.word) ? 0.2 : 0;
};

const look = (text) => {
  const word = text.toLowerCase();
  return { word, stem: stem(word), parts: parts(text).map((part) => stem(part.toLowerCase())), at: new Map() };
};

// The sections. A page that opens a part has a line for each of its pages, which say more; and a long
// source, or how the book is tested, is seldom what is sought.

const book = new Map(); // all its words, each with the sections that have it
const links = (selector) => [...contents.querySelectorAll(`:scope > ol > ${selector}`)].map((link) => [link.getAttribute('href'), link.textContent]);
const pages = new Map(links('li a'));
const openings = new Map(links('li:not(:first-child) > :not(ol) a'));
const PYTHON = /^m(?:m|map)?\.(?=\w)/; // `m.find`: a name that the page for such names has
const MESSAGE = /([A-Z][a-z/ -]+)\.? \((os error \d+)\)/g; // as a program prints an error of the system
const SELDOM = /^(?:the_whole_file|how_this_book_is_tested)\.html/;

const WEIGHTS = [8, 2, 2, 2]; // of a word in the title, in those above it, in the beginning and in the text

const { index, doc_urls } = window.search;
const sections = doc_urls.map((url, id) => ({ url, ...index.documentStore.docs[id] })).filter(({ url }) => !url.endsWith('#proofs')) // as in site/src/publish.rs
  .map(({ url, title, body }, id) => {
    const [page] = url.split('#');
    const path = [...new Set([pages.get(page), title])]; // a page and its first heading often have one name
    const text = split(body).filter((word) => !['proved', 'measured'].includes(word)); // the marks
    const fields = [split(title), path.filter((name) => name !== title).flatMap(split), text.slice(0, 50), text];
    fields.forEach((words, field) => words.forEach((text) => {
      if (!book.has(text)) book.set(text, look(text));
      const { at } = book.get(text);
      if (!at.has(id)) at.set(id, [0, 0, 0, 0]);
      at.get(id)[field] += 1;
    }));
    const telling = [...new Set(fields[0].map((text) => book.get(text)))].filter(({ word }) => !SMALL.has(word));
    const often = (SELDOM.test(url) ? 0.3 : 1) * (openings.has(page) ? 0.3 : 1);
    const messages = [...body.matchAll(MESSAGE)].flatMap(([, ...said]) => said.map((said) => ` ${split(said).join(' ').toLowerCase()} `));
    return { url, page, path, body, messages, telling, often, own: path.length > 1 ? 1 : 1.3, lengths: fields.map(({ length }) => length), phrase: ` ${[...fields[0], ...text].join(' ').toLowerCase()} ` };
  });
const usual = WEIGHTS.map((_, field) => 1 + sections.reduce((sum, { lengths }) => sum + lengths[field], 0) / sections.length);

/** The sections that a query means, best first, and how much each word says of it. */
const rank = (query) => {
  const words = split(query.replace(PYTHON, ''));
  const typed = words.map((text) => {
    const one = look(text);
    const like = new Map();
    for (const word of book.values()) {
      const found = likeness(one, word);
      if (found) like.set(word, found);
    }
    // A word of the book is not mistyped.
    if (one.word.length > 3 && Math.max(0, ...like.values()) < 0.5) {
      for (const word of book.values()) if (near(word.word, one.word)) like.set(word, 0.7);
    }
    const hits = new Map();
    for (const [{ at }, found] of like) {
      for (const [id, counts] of at) {
        if (!hits.has(id)) hits.set(id, { best: 0, times: [0, 0, 0, 0] });
        const hit = hits.get(id);
        hit.best = Math.max(hit.best, found);
        counts.forEach((count, field) => { hit.times[field] += found * count; });
      }
    }
    const rare = Math.log(1 + sections.length / (1 + [...hits.values()].reduce((sum, { best }) => sum + best, 0)));
    const small = SMALL.has(one.word);
    return { like, hits, small, weight: rare * (small ? 0.1 : 1) };
  });
  const all = typed.reduce((sum, { weight }) => sum + weight, 0);
  const together = ` ${words.join(' ').toLowerCase().replaceAll('_', ' ')} `;

  const ranked = [...new Set(typed.flatMap(({ hits }) => [...hits.keys()]))].map((id) => {
    const section = sections[id];
    let [covered, said] = [0, 0];
    for (const { hits, weight } of typed) {
      const { best, times } = hits.get(id) ?? {};
      if (!best) continue;
      covered += weight * best / all;
      times.forEach((times, field) => {
        said += weight * WEIGHTS[field] * times / (times + 0.5 + Math.max(field === 3 ? 3 : 0, section.lengths[field] / usual[field]) ** 0.75);
      });
    }
    const titled = section.telling.filter((word) => typed.some(({ like }) => like.get(word) > 0.5)).length / (section.telling.length || 1);
    // A title that says all of what is typed, and no more.
    const exact = titled === 1 && typed.every(({ like, small }) => small || section.telling.some((word) => like.get(word) > 0.5));
    const python = PYTHON.test(query) && section.page === 'from_python_to_rust.html' ? 8 : 1;
    const phrase = together.includes(' ', 1) && section.phrase.includes(together) ? 1.6 : 1;
    const message = section.messages.some((said) => together.includes(said)) ? 8 : 1;
    return { section, covered, score: said * covered ** 2 * phrase * message * python * (1 + titled) * section.own * (exact ? 1.5 : section.often) * (1 - 0.3 * id / sections.length) };
  });
  const most = Math.max(0, ...ranked.map(({ covered }) => covered));
  const says = new Map();
  const telling = typed.filter(({ small }) => !small);
  for (const { like, weight } of telling.length ? telling : typed) {
    for (const [{ word }, found] of like) says.set(word, Math.max(says.get(word) ?? 0, found * weight));
  }
  return { words: says, found: ranked.filter(({ covered }) => covered > most / 3).sort((a, b) => b.score - a.score) };
};

// What is shown.

const MOST = 15; // sections
const OF_A_PAGE = 3;

/** The letters of a text that are sought, marked. */
const marked = (text, words, typed) => text.split(/([\p{L}\p{N}_]+)/u).flatMap((part) => {
  const word = part.toLowerCase();
  if (!words.has(word)) return [part];
  const letters = typed.find((one) => word.includes(one)) ?? word;
  const at = word.indexOf(letters);
  return [part.slice(0, at), make('mark', { textContent: part.slice(at, at + letters.length) }), part.slice(at + letters.length)];
});

/** The 24 words of a text that say most of what is sought: of prose rather than of code. */
const excerpt = (body, words, typed) => {
  const most = Math.max(0, ...words.values());
  const prose = body.replace(/\{[^{}]*\}/g, ''); // without the names of programs
  const all = body.replace(/\{([a-z]\w*(?: \w+)+)\}/gi, (_, names) => `In the program: ${names.replaceAll(' ', ', ')}.`);
  const text = (split(prose.toLowerCase()).some((word) => words.has(word)) ? prose : all).split(/\s+/).map((text) => ({
    text,
    says: Math.max(0, ...split(text).map((word) => words.get(word.toLowerCase()) ?? 0)) - (/[{}=&;]$|^[{}=&]|\w\(|::|^\/\//.test(text) ? most / 2 : 0),
  }));
  let [best, start] = [-Infinity, 0];
  for (let at = 0, says = 0; at < text.length; at += 1) {
    says += text[at].says - (text[at - 18]?.says ?? 0);
    if (says > best) [best, start] = [says, Math.max(0, at - 18)];
  }
  const around = text.slice(start, start + 24).map(({ text }) => text).join(' ');
  return make('small', {}, start ? '… ' : '', ...marked(around, words, typed), start + 24 < text.length ? ' …' : '');
};

let soon;
const find = () => {
  clearTimeout(soon);
  soon = undefined;
  const { found, words } = rank(query.value);
  const typed = split(query.value.toLowerCase()).flatMap((word) => [word, stem(word)]).filter((word) => word.length > 1);
  // Page by page, in the order of the best of each.
  const groups = Object.values(Object.groupBy(found, ({ section: { page } }) => page)).map((group) => group.slice(0, OF_A_PAGE));
  const drawn = groups.flat().slice(0, MOST);
  const count = { 0: 'Nothing found', 1: '1 section' }[found.length] ?? `${found.length} sections`;
  status.textContent = query.value.trim() ? (found.length > drawn.length ? `The best ${drawn.length} of ${count}` : count) : '';
  results.replaceChildren(make('ol', {}, ...drawn.map(({ section: { url, page, path, body, phrase } }, nth) => {
    const href = new URL(url, site);
    // Where the link leads to, the words are marked: first of all the one that says most.
    const said = [...words].filter(([word]) => phrase.includes(` ${word} `)).sort(([, a], [, b]) => b - a);
    href.searchParams.set('find', said.slice(0, 8).map(([word]) => word).join(' '));
    const more = drawn[nth - 1]?.section.page === page;
    return make('li', { className: more ? 'more' : '' }, make('a', { href }, (more ? path.slice(-1) : path).join(' » '), excerpt(body, words, typed)));
  })));
  results.dataset.query = query.value;
};

query.oninput = () => {
  clearTimeout(soon);
  soon = setTimeout(find, 80);
};
query.onkeydown = ({ key }) => { // whoever types on goes on from what is typed
  if (soon && ['Enter', 'ArrowDown'].includes(key)) find();
};
find();
