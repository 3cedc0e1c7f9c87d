// Colors for programs, in place of mdBook's highlight.js. The browser paints the tokens where they
// are: the text of a block stays as it is copied and searched.

const any = (...rules) => new RegExp(rules.map(({ source }) => source).join('|'));
const words = (list) => new RegExp(`\\b(?:${list.replaceAll(' ', '|')})\\b`);

// For each language its tokens. What begins first is one, and of two the one that stands first here.
const LANGUAGES = {
  rust: {
    comment: /\/\/.*|\/\*[^]*?\*\//,
    string: any(/\b[bc]?r(?<quote>#*)"[^]*?"\k<quote>/, /(?:\b[bc])?"(?:\\[^]|[^"\\])*"/,
      /(?:\bb)?'(?:\\[^\n][^'\n]*|[^'\\\n])'/),
    number: /\b\d\w*(?:\.\d\w*)?|\b(?:true|false)\b|'\w+/,
    keyword: any(/#!?\[(?:"[^"]*"|[^\]"])*\]/, words('as async await break const continue crate dyn else enum ' +
      'extern fn for if impl in let loop match mod move mut pub ref return self Self static struct super ' +
      'trait type unsafe use where while')),
    name: any(/(?<=\b(?:fn|struct|enum|trait|mod|type|union) )\w+|\b\w+!(?=[([{ ])/,
      words('bool char str f32 f64 [iu](?:8|16|32|64|128|size)')),
  },
  python: {
    comment: /#.*/,
    string: any(/(?:\b[BbFfRrUu]{1,2})?(?<quote>"""|''')[^]*?\k<quote>/,
      /(?:\b[BbFfRrUu]{1,2})?(?:"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')/),
    number: /\b\d\w*(?:\.\d\w*)?|\b(?:True|False|None)\b/,
    keyword: any(/^ *@[\w.]+/, words('and as assert async await break class continue def del elif else except ' +
      'finally for from global if import in is lambda nonlocal not or pass raise return try while with yield')),
    name: any(/(?<=\b(?:def|class) )\w+/, words('bytearray bytes dict enumerate int len list memoryview open ' +
      'print range repr set str sum tuple type zip')),
  },
  toml: {
    comment: /#.*/,
    string: /"(?:\\[^]|[^"\\])*"|'[^'\n]*'/,
    keyword: /^\[.*\]/,
    name: /^[\w.-]+(?= *=)|(?<=[{,] *)[\w-]+(?= *=)/,
    number: /\b\d[\w.:-]*|\b(?:true|false)\b/,
  },
  sh: {
    comment: /(?<!\S)#.*/,
    string: /"(?:\\[^]|[^"\\])*"|'[^']*'/,
    name: /\$(?:\w+|\{[^}]*\})/,
    keyword: words('case cd do done echo elif else esac exit export fi for if in set then while'),
    number: /(?<!\S)\d+(?!\S)/,
  },
};

const RULES = Object.entries(LANGUAGES).map(([language, tokens]) => [
  `language-${language}`,
  new RegExp(Object.entries(tokens).map(([name, { source }]) => `(?<${name}>${source})`).join('|'), 'gm'),
]);

/** Colors the text of a block. */
function color(code) {
  const [, rule] = RULES.find(([language]) => code.classList.contains(language));
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let text = texts.nextNode();
  let before = 0; // the length of the texts before this one
  const place = (at) => {
    while (at > before + text.length) {
      before += text.length;
      text = texts.nextNode();
    }
    return [text, at - before];
  };
  for (const { 0: { length }, index, groups: { quote, ...tokens } } of code.textContent.matchAll(rule)) {
    const name = Object.keys(tokens).find((name) => tokens[name]);
    if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
    const [startContainer, startOffset] = place(index);
    const [endContainer, endOffset] = place(index + length);
    CSS.highlights.get(name).add(new StaticRange({ startContainer, startOffset, endContainer, endOffset }));
  }
  code.dataset.colored = '';
}

// Of what is in sight, or soon will be. What is in sight at first has its colors in its first frame, by
// `unseen`, which is asked between the layout and the paint.
const inSight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    inSight.unobserve(target);
    color(target);
  }
}, { rootMargin: '50%' });
const unseen = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    unseen.unobserve(target);
    if (target.getBoundingClientRect().top < innerHeight) color(target);
    else inSight.observe(target);
  }
});

/** Colors a block once it is in sight, if it is a program. */
function colorInSight(code) {
  if (window.Highlight && RULES.some(([language]) => code.classList.contains(language))) unseen.observe(code);
}
