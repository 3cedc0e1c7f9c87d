// Which sections of the book the words of a query mean, best first. mdBook's own ranking drops
// common words and splits at blanks, so that `map_copy` is not in `.map_copy(&file)`; but its
// data hold the text of each section, and that is quickly looked through. `cargo run` leaves
// nothing else of them. Loaded with the first search.

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
  return { word, stem: stem(word), parts: parts(text).map((part) => stem(part.toLowerCase())) };
};

// The sections. Those of the last part of the contents are for looking up: they come last. The
// page that opens a part has a line for each of its pages, which say more.

const book = new Map(); // all its words
const links = (selector) => new Map([...contents.querySelectorAll(`:scope > ol > ${selector}`)].map((link) => [link.getAttribute('href'), link.textContent]));
const pages = links('li a');
const openings = links('li:not(:first-child) > :not(ol) a');
const appendices = links('li:last-child a');
const [last_part] = appendices.values();

// What stands below each output is the same almost everywhere: which crates and files it needs.
const NEEDS = new RegExp(String.raw`\bNeeds [\w., ]*?(?:[\w-]+ = (?:"[^"]*"|\{[^}]*\})\s*(?:\[[^\]]*\]\s*)?)+` +
  String.raw`(?:Put \S+ into src, and mod \w+; above the first use\.\s*)?(?:Run it in a folder that has \S+\.)?`, 'g');

const { index, doc_urls } = window.search;
const sections = doc_urls.flatMap((url, id) => {
  if (url.endsWith('#proofs')) return []; // as in site/src/publish.rs
  const { title, breadcrumbs, body: whole } = index.documentStore.docs[id];
  const body = whole.replace(NEEDS, '');
  const [page] = url.split('#');
  // Without the part; and a page and its first heading often have one name.
  const names = breadcrumbs.split(' » ');
  const path = [...new Set(names.slice(Math.max(0, names.indexOf(pages.get(page)))))];
  const text = split(body).filter((word) => !['proved', 'measured'].includes(word)); // the marks
  const above = path.filter((name) => name !== title).flatMap(split);
  const fields = [[split(title), 8], [above, 2], [text.slice(0, 50), 2], [text, 2]].map(([words, weight]) => {
    const count = new Map();
    for (const text of words) {
      if (!book.has(text)) book.set(text, look(text));
      const word = book.get(text);
      count.set(word, (count.get(word) ?? 0) + 1);
    }
    return { count, weight, length: words.length };
  });
  const phrase = ` ${[...split(title), ...text].join(' ').toLowerCase()} `;
  return { url, path: path.join(' » '), body, appendix: appendices.has(page) || url === 'the_whole_file.html#the-file', opens: openings.has(page), fields, phrase };
});
const usual = [0, 1, 2, 3].map((field) => 1 + sections.reduce((sum, { fields }) => sum + fields[field].length, 0) / sections.length);
const chapters = sections.filter(({ appendix }) => !appendix).length;

/** The sections that a query means, and in each how much each of its words says of it. */
const rank = (query) => {
  const typed = split(query).map((text) => {
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
    const best = ({ fields }) => Math.max(0, ...fields.flatMap(({ count }) => [...count.keys()].map((word) => like.get(word) ?? 0)));
    const found = sections.map(best);
    const rare = Math.log(1 + sections.length / (1 + found.reduce((sum, each) => sum + each, 0)));
    return { like, found, weight: rare * (SMALL.has(one.word) ? 0.1 : 1) };
  });
  const all = typed.reduce((sum, { weight }) => sum + weight, 0);
  const together = ` ${split(query).join(' ').toLowerCase().replaceAll('_', ' ')} `;

  const ranked = sections.map((section, id) => {
    const covered = typed.reduce((sum, { found, weight }) => sum + weight * found[id], 0) / all;
    const said = typed.reduce((sum, { like, weight }) => sum + weight * section.fields.reduce((sum, { count, weight, length }, field) => {
      let times = 0;
      for (const [word, found] of like) times += found * (count.get(word) ?? 0);
      return sum + weight * times / (times + 0.5 + Math.max(field === 3 ? 3 : 0, length / usual[field]) ** 0.75);
    }, 0), 0);
    const [{ count: title }] = section.fields;
    const telling = [...title.keys()].filter(({ word }) => !SMALL.has(word));
    const titled = telling.filter((word) => typed.some(({ like }) => like.get(word) > 0.5)).length / (telling.length || 1);
    const phrase = together.includes(' ', 1) && section.phrase.includes(together) ? 2 : 1;
    const first = section.appendix && ` ${section.path.toLowerCase()} ` !== together ? 0 : 1;
    return { section, covered, first, score: said * covered ** 2 * phrase * (1 + titled) * (section.path.includes(' » ') ? 1 : 1.2) * (section.opens ? 0.3 : 1) * (1 - 0.2 * id / chapters) };
  }).filter(({ covered }) => covered > 0);
  const most = Math.max(0, ...ranked.map(({ covered }) => covered));
  const words = new Map();
  for (const { like, weight } of typed) {
    for (const [{ word }, found] of like) words.set(word, Math.max(words.get(word) ?? 0, found * weight));
  }
  return {
    words,
    found: ranked.filter(({ covered }) => covered > most / 3)
      .sort((a, b) => b.first - a.first || b.score - a.score),
  };
};

// What is shown.

/** The 24 words of a text that say most of what is sought, those marked. */
const excerpt = (body, words) => {
  const text = body.split(/\s+/).map((text) => ({ text, says: Math.max(0, ...split(text).map((word) => words.get(word.toLowerCase()) ?? 0)) }));
  let [best, start] = [0, 0];
  for (let at = 0, says = 0; at < text.length; at += 1) {
    says += text[at].says - (text[at - 18]?.says ?? 0);
    if (says > best) [best, start] = [says, Math.max(0, at - 18)];
  }
  const around = text.slice(start, start + 24).flatMap(({ text, says }) => [says ? make('mark', { textContent: text }) : text, ' ']);
  return make('small', {}, start ? '… ' : '', ...around, start + 24 < text.length ? '…' : '');
};

const find = () => {
  const { found, words } = rank(query.value);
  const count = { 0: 'Nothing found', 1: '1 section' }[found.length] ?? `${found.length} sections`;
  status.textContent = query.value.trim() ? count : '';
  const list = (found) => make('ol', {}, ...found.map(({ section: { url, path, body, phrase } }) => {
    const href = new URL(url, site);
    // Where the link leads to, the words are marked: first of all the one that says most.
    const said = [...words].filter(([word]) => phrase.includes(` ${word} `)).sort(([, a], [, b]) => b - a);
    href.searchParams.set('find', said.slice(0, 8).map(([word]) => word).join(' '));
    return make('li', {}, make('a', { href }, path, excerpt(body, words)));
  }));
  const [chapters, appendices] = [1, 0].map((wanted) => found.filter(({ first }) => first === wanted));
  results.replaceChildren(list(chapters));
  if (appendices.length) results.append(make('h2', { textContent: last_part }), list(appendices));
};

query.oninput = find;
find();
