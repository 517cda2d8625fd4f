import { describe, expect, it } from 'vitest';
import { cleanDeep, markdownCode, markdownText, scriptText, terminalText, visible, xmlAttribute, xmlText } from '../../src/report/escape.js';
import { HOSTILE } from './fixture.js';

const hasControls = (text: string): boolean => /\p{Cc}|\p{Bidi_Control}/u.test(text);

describe('escaping', () => {
  it('shows control characters and direction marks as harmless signs', () => {
    expect(visible('a\u0007b\u001b[31mc\u202Ed\ne\u007f')).toBe('a␇b␛[31mc\uFFFDd e␡');
    expect(hasControls(visible(HOSTILE))).toBe(false);
  });

  it('drops whole colour sequences for a terminal', () => {
    expect(terminalText('a\u001b[31mred\u001b[0m\u0007\u009b2Jb\r\nc')).toBe('ared2Jb  c');
    expect(hasControls(terminalText(HOSTILE))).toBe(false);
  });

  it('leaves Markdown without markup, mentions, links and cell ends', () => {
    expect(markdownText('a|b `c` @d <e> #12 [x](http://y) \\')).toBe('a\\|b &#96;c&#96; &#64;d &lt;e&gt; &#35;12 \\[x\\](http&#58;//y) \\\\');
    expect(markdownText(HOSTILE)).not.toMatch(/[<>@`\n]/);
  });

  it('makes the fence longer than what it encloses', () => {
    expect(markdownCode('a ```` b')).toBe('`````sh\na ```` b\n`````');
  });

  it('keeps XML legal: escapes its signs and drops what XML 1.0 cannot hold', () => {
    expect(xmlText('<a b="c">&\'\u0007\uFFFE\uD800')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&apos;');
    expect(xmlAttribute('a\n\tb')).toBe('a&#10;&#9;b');
  });

  it('lets no script end its own tag', () => {
    const text = scriptText('a="</script><!-- <SCRIPT>\u2028\u2029"');
    expect(text).not.toMatch(/<\/script|<!--|<script|\u2028|\u2029/i);
    expect(text).toBe('a="\\x3c/script>\\x3c!-- \\x3cSCRIPT>\\u2028\\u2029"');
  });

  it('reaches every string of a result, names of metrics included', () => {
    expect(cleanDeep({ 'a\u0007': ['b\u0007', { c: 1, d: undefined, e: null }] }, terminalText)).toEqual({ a: ['b', { c: 1, d: undefined, e: null }] });
  });
});
