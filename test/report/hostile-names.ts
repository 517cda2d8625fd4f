/** Names that try to break out of a format, each in its own way: ids and labels come from scenarios, traces and servers. */
export const HOSTILE_NAMES: Readonly<Record<string, string>> = {
  'a script': '<script>alert(1)</script>',
  'an attribute': '"><img src=x onerror=alert(1)> \' onmouseover=alert(1)',
  'the end of a section of XML': ']]><evil/>',
  'the end of a comment': '--> <!-- <b>',
  'the end of a cell': 'a|b || c',
  'a mention': '@everyone #12 GH-7',
  'a link': '[x](https://evil.example) https://evil.example www.evil.example',
  code: '`tick` ```` fence',
  'line separators': 'one\u2028two\u2029three\nfour\r\nfive\tsix',
  'terminal escapes': '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J \u0008\u0008',
  'marks of direction': '\u202Eevil\u2066x\u200F',
  'a half character': 'a\uD800b\uDFFF',
  'a formula': '=HYPERLINK("http://evil.example")',
  'a formula with a plus': "+1+cmd|'/C calc'!A0",
  'a formula with an at sign': '@SUM(A1)',
  'a formula behind a blank': ' \t=1+1',
  'a command of a CI server': '::error file=x,line=1::boo %0A ##[error]',
  'a key of every object': '__proto__',
  'a placeholder': '{{x}} $\u007by} %s $& $1',
  'ten kilobytes': 'x'.repeat(10_000),
  'ten kilobytes of words': 'word <b>|@ '.repeat(1_000),
};

/** All but the long ones in one. */
export const ALL_HOSTILE = Object.values(HOSTILE_NAMES)
  .filter((name) => name.length < 1_000)
  .join(' ');
