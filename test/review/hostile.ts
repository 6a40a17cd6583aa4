// What a model could write to harm whoever looks at a report: forty texts, and what must be left of none of them.
const escape = String.fromCodePoint(0x1b);

/** Runs if a page takes text for markup or script. */
const owned = 'window.owned=1';

export const hostileTexts: readonly string[] = [
  `<script>${owned}</script>`,
  `</script><script>${owned}</script>`,
  `<img src=x onerror="${owned}">`,
  `"><svg onload=${owned}>`,
  `<iframe srcdoc="<script>parent.${owned}</script>"></iframe>`,
  `<a href="javascript:${owned}">x</a>`,
  `<style>*{display:none}</style>`,
  `<meta http-equiv="refresh" content="0;url=http://evil.example/">`,
  `<base href="http://evil.example/">`,
  `<form action="http://evil.example/"><button>go</button></form>`,
  `<!-- --><!DOCTYPE x><x>`,
  `]]><script>${owned}</script><![CDATA[`,
  `&lt;script&gt;${owned}&lt;/script&gt;`,
  `javascript:${owned}`,
  `data:text/html,<script>${owned}</script>`,
  `\${7*7}{{constructor.constructor("${owned}")()}}`,
  `__proto__`,
  `constructor`,
  `$& $1 $\` $'`,
  `${escape}[2J${escape}[31mred`,
  `${escape}]0;owned\u0007${escape}]8;;http://evil.example\u0007click${escape}]8;;\u0007`,
  `${escape}]52;c;b3duZWQ=\u0007`,
  `\u009b31mC1\u009d0;x\u009c`,
  `safe\rowned\b\b\b`,
  `user\u202egnp.exe\u2066\u2069`,
  `zero\u200bwidth\ufeff\u00ad\u2060`,
  `line\u2028para\u2029end\u0085`,
  `tags\u{e0041}\u{e007f}`,
  `lone \ud800 surrogate \udc00`,
  `nul\u0000 not\ufffe characters\uffff`,
  `=cmd|' /C calc'!A0`,
  `+1+cmd|x`,
  `-2+3+cmd|x`,
  `@SUM(1+1)*cmd|x`,
  `\t=HYPERLINK("http://evil.example")`,
  `![x](http://evil.example/x.png) [y](javascript:${owned})`,
  `@everyone #1 https://evil.example www.evil.example a@evil.example`,
  '```` | `x` | \n| --- |\n# heading',
  `a\n\n- b\n* c\n<details>`,
  `${'A'.repeat(1_000_000)}<b>`,
];

/** Nothing here may be in what is printed or written as text: a terminal, a log viewer or an eye would obey it. */
export const obeyed =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;
